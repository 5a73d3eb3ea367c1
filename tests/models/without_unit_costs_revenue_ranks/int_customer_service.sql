select
    cast(t.customer_no as bigint) as customer_no,
    cast(t.services as bigint) as interactions,
    cast(t.services_without_rate as bigint) as interactions_without_rate,
    cast(t.services as bigint) as services,
    cast(t.services_without_rate as bigint) as services_without_rate,
    cast(t.services as bigint) as services_12m,
    cast(t.services_without_rate as bigint) as services_without_rate_12m,
    cast(t.cost_minor as bigint) as cost_to_serve_minor,
    cast(t.cost_minor as bigint) as cost_to_serve_12m_minor,
    cast(0 as bigint) as earlier_cost_to_serve_12m_minor,
    cast(t.cost_minor as bigint) as phone_minor,
    cast(0 as bigint) as chat_minor,
    cast(0 as bigint) as email_minor,
    cast(0 as bigint) as store_minor,
    cast(0 as bigint) as web_minor,
    cast(0 as bigint) as app_minor,
    cast(0 as bigint) as returns_handling_minor,
    cast(0 as bigint) as other_minor
from (
    values
    (1, 2, 0, 500),
    (4, 1, 0, 300)
) as t (customer_no, services, services_without_rate, cost_minor)
