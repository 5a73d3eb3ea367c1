-- Grain: one row per person and calendar month with a transaction, keyed by person_id and month.
-- Purpose: what a customer bought and returned, month by month; returns count in their own month.
select
    int_persons.person_id,
    int_person_months.month,
    int_person_months.orders,
    int_person_months.return_lines,
    int_person_months.units,
    cast(
        cast(int_person_months.net_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as revenue_net,
    cast(
        cast(int_person_months.cost_of_goods_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cogs,
    cast(
        cast(int_person_months.net_ore - int_person_months.cost_of_goods_ore as decimal(18, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as margin
from int_persons
inner join int_person_months
    on int_persons.person_no = int_person_months.person_no
