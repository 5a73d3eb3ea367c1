-- Grain: one row per customer and month with an order, a return, a contact or a redemption of points.
-- Revenue, costs and contacts over time. Unidentified rows have customer_key 'unidentified', so that the months add
-- up to all accepted transaction lines.

select
    coalesce(int_persons.customer_key, 'unidentified') as customer_key,
    int_customer_months.month,
    int_customer_months.orders,
    money(int_customer_months.gross_minor) as gross_revenue,
    money(int_customer_months.discounts_minor) as discounts,
    money(int_customer_months.returns_minor) as returns,
    money(int_customer_months.net_minor) as net_revenue,
    money(int_customer_months.cost_of_goods_minor) as cost_of_goods,
    money(int_customer_months.payment_cost_minor) as payment_cost,
    money(int_customer_months.delivery_cost_minor) as delivery_cost,
    money(int_customer_months.cost_to_serve_minor) as cost_to_serve,
    money(int_customer_months.phone_minor) as cost_to_serve_phone,
    money(int_customer_months.chat_minor) as cost_to_serve_chat,
    money(int_customer_months.email_minor) as cost_to_serve_email,
    money(int_customer_months.store_minor) as cost_to_serve_store,
    money(int_customer_months.web_minor) as cost_to_serve_web,
    money(int_customer_months.app_minor) as cost_to_serve_app,
    money(int_customer_months.returns_handling_minor) as cost_to_serve_returns_handling,
    money(int_customer_months.other_minor) as cost_to_serve_other,
    money(int_customer_months.programme_cost_minor) as programme_cost,
    money(
        int_customer_months.net_minor
        - int_customer_months.cost_of_goods_minor
        - int_customer_months.payment_cost_minor
        - int_customer_months.delivery_cost_minor
        - int_customer_months.cost_to_serve_minor
        - int_customer_months.programme_cost_minor
    ) as contribution_profit,
    int_customer_months.interactions
from int_customer_months
left join int_persons
    on int_customer_months.customer_no = int_persons.customer_no
