select
    answer_links.month,
    answer_links.survey_type,
    answer_links.linked_to,
    answer_links.answers,
    answer_links.answers_in_journeys as in_journeys,
    answer_links.is_complete_month as is_complete
from answer_links
order by
    answer_links.month,
    answer_links.survey_type,
    answer_links.linked_to
