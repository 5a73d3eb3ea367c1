-- Grain: one row per unit of the employee survey and month with a transaction line.
-- Net revenue of the unit's sales and returns, in minor units, straight from the lines.

select
    int_units.unit,
    local_month(int_lines.ordered_at, $time_zone) as month,
    coalesce(sum(case when int_lines.is_return then -int_lines.net_minor else int_lines.net_minor end), 0) as net_minor
from int_lines
inner join int_units
    on int_lines.store_id = int_units.unit
left join int_erased_transactions
    on int_lines.transaction_id = int_erased_transactions.transaction_id
where
    int_lines.counts
    and int_erased_transactions.transaction_id is null
group by
    int_units.unit,
    local_month(int_lines.ordered_at, $time_zone)
