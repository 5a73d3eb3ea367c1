-- Grain: one row per unit of the employee survey.
-- Units with a small integer for this run, so that transaction lines carry no text; 0 stands for none of them.
-- A store's unit is its store_id.

with units as (

    select stg_employee_surveys.unit
    from stg_employee_surveys
    group by stg_employee_surveys.unit

)

select
    units.unit,
    cast(row_number() over (order by units.unit) as integer) as unit_no
from units
