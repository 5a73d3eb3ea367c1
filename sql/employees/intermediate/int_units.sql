-- Grain: one row per unit of the employee survey.
-- A store's unit is its store_id.

select stg_employee_surveys.unit
from stg_employee_surveys
group by stg_employee_surveys.unit
