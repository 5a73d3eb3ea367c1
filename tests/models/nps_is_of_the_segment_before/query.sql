select
    int_segment_scores.segmentation,
    int_segment_scores.segment,
    int_segment_scores.nps_responses as responses,
    int_segment_scores.nps,
    int_segment_scores.suppressed_because as because
from int_segment_scores
order by
    int_segment_scores.segmentation,
    int_segment_scores.segment
