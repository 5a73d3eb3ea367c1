select
    int_needs_behaviours.behaviour_date,
    int_needs_behaviours.customer_no,
    int_needs_behaviours.is_now,
    int_needs_behaviours.is_reference,
    int_needs_behaviours.orders,
    int_needs_behaviours.days,
    int_needs_behaviours.categories,
    int_needs_behaviours.lines,
    int_needs_behaviours.store_orders,
    int_needs_behaviours.web_orders,
    int_needs_behaviours.sales_minor,
    int_needs_behaviours.returns_minor,
    int_needs_behaviours.personal_contacts,
    int_needs_behaviours.self_service_contacts
from int_needs_behaviours
order by
    int_needs_behaviours.behaviour_date,
    int_needs_behaviours.customer_no
