-- Grain: one row per unit of the employee survey and month with a transaction line.
-- Net revenue of the unit's sales and returns, in minor units, straight from the lines.

select
    int_lines.unit_no,
    local_month(int_lines.ordered_at, $time_zone) as month,
    coalesce(sum(case when int_lines.is_return then -int_lines.net_minor else int_lines.net_minor end), 0) as net_minor
from int_lines
where int_lines.unit_no > 0
group by
    int_lines.unit_no,
    local_month(int_lines.ordered_at, $time_zone)
