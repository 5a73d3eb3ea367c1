-- Grain: one row per employee survey answer.
-- The employee survey extract. It says who answered by unit alone.

select
    employee_surveys.unit,
    employee_surveys.responded_at,
    employee_surveys.engagement,
    employee_surveys.enps
from employee_surveys
