-- Grain: one row per employee survey answer.
-- Answers in the names of the models. They identify the respondent only by unit.

select
    employee_surveys.enhet as unit,
    employee_surveys.besvarad as responded_at,
    employee_surveys.engagemang as engagement,
    employee_surveys.enps
from employee_surveys
