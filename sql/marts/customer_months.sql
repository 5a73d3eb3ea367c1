-- Grain: one row per customer and month with an order, a return or a contact.
-- Revenue, costs and contacts over time. Rows of nobody known are under customer_key 'unidentified', so
-- that the months add up to all accepted transaction lines.

select
    coalesce(int_persons.customer_key, 'unidentified') as customer_key,
    int_customer_months.month,
    int_customer_months.orders,
    cast(
        cast(int_customer_months.gross_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as gross_revenue,
    cast(
        cast(int_customer_months.discounts_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as discounts,
    cast(
        cast(int_customer_months.returns_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as returns,
    cast(
        cast(int_customer_months.net_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as net_revenue,
    cast(
        cast(int_customer_months.cost_of_goods_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_of_goods,
    cast(
        cast(int_customer_months.cost_to_serve_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve,
    cast(
        cast(
            int_customer_months.net_minor
            - int_customer_months.cost_of_goods_minor
            - int_customer_months.cost_to_serve_minor as decimal(20, 0)
        ) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as contribution_profit,
    int_customer_months.interactions
from int_customer_months
left join int_persons
    on int_customer_months.customer_no = int_persons.customer_no
