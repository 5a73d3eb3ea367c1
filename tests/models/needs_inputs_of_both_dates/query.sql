select
    int_needs_behaviours.customer_no,
    int_needs_behaviours.is_reference,
    int_needs_behaviours.orders,
    int_needs_behaviours.days,
    int_needs_behaviours.categories,
    int_needs_behaviours.lines,
    int_needs_behaviours.store_orders,
    int_needs_behaviours.sales_minor,
    int_needs_behaviours.returns_minor,
    int_needs_behaviours.personal_contacts,
    int_needs_behaviours.self_service_contacts,
    int_needs_inputs.orders_then,
    int_needs_inputs.store_orders_then,
    int_needs_inputs.web_orders_then,
    int_needs_inputs.categories_mask_then,
    int_needs_inputs.lines_then,
    int_needs_inputs.returns_then_minor,
    int_needs_inputs.personal_contacts_then,
    int_needs_inputs.self_service_contacts_then
from int_needs_behaviours
inner join int_needs_inputs
    on int_needs_behaviours.customer_no = int_needs_inputs.customer_no
order by int_needs_behaviours.customer_no
