-- Grain: one row per employee survey answer.
-- The employee survey extract. The unit is its only information about the respondent.

select
    employee_surveys.unit,
    employee_surveys.responded_at,
    employee_surveys.engagement,
    employee_surveys.enps
from employee_surveys
