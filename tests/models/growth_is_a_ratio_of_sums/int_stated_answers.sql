select
    'csat' as statement,
    answers.no as customer_no,
    answers.no as response_id,
    answers.score
from answers
