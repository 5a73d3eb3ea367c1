-- Seventy categories, in the order of their names, and a product without one.
select
    concat('P', cast(t.number as varchar)) as product_id,
    case when t.number > 0 then concat('category ', lpad(cast(t.number as varchar), 2, '0')) end as category,
    cast(100 as bigint) as unit_cost_minor
from (select unnest(range(0, 71)) as number) as t
