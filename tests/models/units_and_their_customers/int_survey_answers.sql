-- Satisfied customers have csat 4, others 3. The same ones are promoters; the first of all did not answer.
select
    concat(answers.store_id, answers.month, answers.no) as response_id,
    row_number() over (order by answers.store_id, answers.month, answers.no) as respondent_no,
    cast(answers.month as date) as month,
    case
        when answers.no = 1 then null
        when answers.no <= answers.satisfied then 9
        else 6
    end as nps,
    case when answers.no <= answers.satisfied then 4 else 3 end as csat
from answers
