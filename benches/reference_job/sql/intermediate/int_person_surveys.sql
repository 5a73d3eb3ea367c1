-- Grain: one row per person with a survey response.
-- Purpose: number of responses, and the latest NPS given in a relationship survey.
select
    int_surveys.person_no,
    count(*) as surveys,
    first_value(int_surveys.nps order by int_surveys.responded_at desc, int_surveys.response_id desc)
        filter (where int_surveys.survey_type = 'relationship' and int_surveys.nps is not null) as latest_nps
from int_surveys
where int_surveys.person_no is not null
group by int_surveys.person_no
