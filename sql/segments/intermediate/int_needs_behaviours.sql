-- Grain: one row per date (the anchor, and as_of) and person with an order by then.
-- The inputs of both dates under the same names. is_reference marks the date at which segments are found: as_of only
-- if there is no anchor.

with dated as (

    select
        int_needs_inputs.customer_no,
        $as_of as behaviour_date,
        true as is_now,
        int_needs_anchor.anchor_date is null as is_reference,
        int_needs_inputs.orders,
        int_needs_inputs.first_date,
        int_needs_inputs.app_orders,
        int_needs_inputs.phone_orders,
        int_needs_inputs.store_orders,
        int_needs_inputs.web_orders,
        int_needs_inputs.categories,
        int_needs_inputs.lines,
        int_needs_inputs.gross_minor,
        int_needs_inputs.discounts_minor,
        int_needs_inputs.returns_minor,
        int_needs_inputs.personal_contacts,
        int_needs_inputs.self_service_contacts
    from int_needs_inputs
    cross join int_needs_anchor

    union all

    select
        int_needs_inputs.customer_no,
        int_needs_anchor.anchor_date as behaviour_date,
        false as is_now,
        true as is_reference,
        int_needs_inputs.orders_then as orders,
        int_needs_inputs.first_date,
        int_needs_inputs.app_orders_then as app_orders,
        int_needs_inputs.phone_orders_then as phone_orders,
        int_needs_inputs.store_orders_then as store_orders,
        int_needs_inputs.web_orders_then as web_orders,
        int_needs_inputs.categories_then as categories,
        int_needs_inputs.lines_then as lines,
        int_needs_inputs.gross_then_minor as gross_minor,
        int_needs_inputs.discounts_then_minor as discounts_minor,
        int_needs_inputs.returns_then_minor as returns_minor,
        int_needs_inputs.personal_contacts_then as personal_contacts,
        int_needs_inputs.self_service_contacts_then as self_service_contacts
    from int_needs_inputs
    cross join int_needs_anchor
    where int_needs_inputs.orders_then > 0

)

select
    dated.customer_no,
    dated.behaviour_date,
    dated.is_now,
    dated.is_reference,
    dated.orders,
    dated.orders - 1 as repeats,
    cast(dated.behaviour_date - dated.first_date as bigint) as days,
    dated.app_orders,
    dated.phone_orders,
    dated.store_orders,
    dated.web_orders,
    dated.categories,
    dated.lines,
    dated.gross_minor,
    dated.discounts_minor,
    dated.gross_minor - dated.discounts_minor as sales_minor,
    dated.returns_minor,
    dated.personal_contacts,
    dated.self_service_contacts
from dated
