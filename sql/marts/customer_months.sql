-- Grain: one row per customer and month with an order, a return, a contact or a redemption of points.
-- Revenue, costs and contacts over time. Unidentified rows have customer_key 'unidentified', so that the months add
-- up to all accepted transaction lines.

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
        cast(int_customer_months.payment_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as payment_cost,
    cast(
        cast(int_customer_months.delivery_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as delivery_cost,
    cast(
        cast(int_customer_months.cost_to_serve_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve,
    cast(
        cast(int_customer_months.phone_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_phone,
    cast(
        cast(int_customer_months.chat_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_chat,
    cast(
        cast(int_customer_months.email_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_email,
    cast(
        cast(int_customer_months.store_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_store,
    cast(
        cast(int_customer_months.web_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_web,
    cast(
        cast(int_customer_months.app_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_app,
    cast(
        cast(int_customer_months.returns_handling_minor as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_returns_handling,
    cast(
        cast(int_customer_months.other_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as cost_to_serve_other,
    cast(
        cast(int_customer_months.programme_cost_minor as decimal(20, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as programme_cost,
    cast(
        cast(
            int_customer_months.net_minor
            - int_customer_months.cost_of_goods_minor
            - int_customer_months.payment_cost_minor
            - int_customer_months.delivery_cost_minor
            - int_customer_months.cost_to_serve_minor
            - int_customer_months.programme_cost_minor as decimal(20, 0)
        ) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as contribution_profit,
    int_customer_months.interactions
from int_customer_months
left join int_persons
    on int_customer_months.customer_no = int_persons.customer_no
