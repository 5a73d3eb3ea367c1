select
    answers.no as response_id,
    answers.is_buyer,
    answers.is_established,
    answers.before_minor,
    answers.after_minor
from answers
