select
    concat(answers.store_id, answers.month, answers.no) as response_id,
    answers.store_id
from answers
