-- Two customers with the same profit: customer_key breaks the tie.
select
    cast(t.customer_no as bigint) as customer_no,
    t.customer_key,
    cast(0 as bigint) as acquisition_cost_minor,
    cast(1 as bigint) as order_count,
    t.contribution_minor as gross_minor,
    cast(0 as bigint) as discounts_minor,
    cast(0 as bigint) as returns_minor,
    t.contribution_minor as net_minor,
    cast(0 as bigint) as cost_of_goods_minor,
    cast(0 as bigint) as payment_cost_minor,
    cast(0 as bigint) as delivery_cost_minor,
    cast(0 as bigint) as lines_without_cost,
    cast(0 as bigint) as interactions,
    cast(0 as bigint) as interactions_without_rate,
    cast(0 as bigint) as cost_to_serve_minor,
    cast(0 as bigint) as phone_minor,
    cast(0 as bigint) as chat_minor,
    cast(0 as bigint) as email_minor,
    cast(0 as bigint) as store_minor,
    cast(0 as bigint) as web_minor,
    cast(0 as bigint) as app_minor,
    cast(0 as bigint) as returns_handling_minor,
    cast(0 as bigint) as other_minor,
    cast(0 as bigint) as programme_cost_minor,
    cast(0 as bigint) as contribution_12m_minor,
    t.contribution_minor
from (
    values (0, 'unidentified', 5000), (1, 'cb', 3300), (2, 'ca', 3300), (3, 'cc', -6600)
) as t (customer_no, customer_key, contribution_minor)
