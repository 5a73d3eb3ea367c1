-- Grain: one row, or none if nobody has ordered.
-- The totals of $needs_prior_orders average orders over all buyers at the date at which segments are found: the
-- behaviour towards which a customer's few orders are shrunk, and the scale of unbounded features.

with reference as (

    select
        max(int_needs_behaviours.behaviour_date) as reference_date,
        count(*) as customers,
        cast($needs_prior_orders as double) / sum(int_needs_behaviours.orders) as prior_share,
        sum(int_needs_behaviours.repeats) as repeats,
        sum(int_needs_behaviours.days) as days,
        sum(int_needs_behaviours.app_orders) as app_orders,
        sum(int_needs_behaviours.phone_orders) as phone_orders,
        sum(int_needs_behaviours.store_orders) as store_orders,
        sum(int_needs_behaviours.web_orders) as web_orders,
        max(int_needs_behaviours.categories) as most_categories,
        sum(int_needs_behaviours.lines) as lines,
        sum(int_needs_behaviours.gross_minor) as gross_minor,
        sum(int_needs_behaviours.discounts_minor) as discounts_minor,
        sum(int_needs_behaviours.sales_minor) as sales_minor,
        sum(int_needs_behaviours.returns_minor) as returns_minor,
        sum(int_needs_behaviours.personal_contacts) as personal_contacts,
        sum(int_needs_behaviours.self_service_contacts) as self_service_contacts
    from int_needs_behaviours
    where int_needs_behaviours.is_reference

)

select
    reference.reference_date,
    reference.customers,
    greatest(cast(reference.most_categories as double), 1.0) as most_categories,
    cast($needs_prior_orders as double) as prior_orders,
    cast($needs_prior_orders as double) as prior_repeats,
    cast($needs_prior_orders as double)
    * greatest(cast(reference.days as double), 1.0) / greatest(cast(reference.repeats as double), 1.0) as prior_days,
    reference.prior_share * cast(reference.app_orders as double) as prior_app_orders,
    reference.prior_share * cast(reference.phone_orders as double) as prior_phone_orders,
    reference.prior_share * cast(reference.store_orders as double) as prior_store_orders,
    reference.prior_share * cast(reference.web_orders as double) as prior_web_orders,
    reference.prior_share * cast(reference.lines as double) as prior_lines,
    reference.prior_share * cast(reference.gross_minor as double) as prior_gross_minor,
    reference.prior_share * cast(reference.discounts_minor as double) as prior_discounts_minor,
    reference.prior_share * cast(reference.sales_minor as double) as prior_sales_minor,
    reference.prior_share * cast(reference.returns_minor as double) as prior_returns_minor,
    reference.prior_share * cast(reference.personal_contacts as double) as prior_personal_contacts,
    reference.prior_share * cast(reference.self_service_contacts as double) as prior_self_service_contacts
from reference
where reference.customers > 0
