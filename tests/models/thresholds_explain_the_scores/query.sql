select *
from rfm_thresholds
order by
    rfm_thresholds.measure,
    rfm_thresholds.score
