-- Grain: one row per date (the anchor, and as_of) and person with an order by then.
-- A person's behaviour as comparable numbers, each shrunk towards the average of all buyers as if $needs_prior_orders
-- average orders had been seen too, so that one order in a store does not make a store customer:
--   shares      of orders by channel, of gross revenue discounted, of sales returned: between 0 and 1
--   rates       lines, sales and contacts per order, repeat orders per day since the first: x / (x + average), which is
--               one half for the average buyer (for everyone if nobody has any) and nearly 1 for an extreme one,
--               who would otherwise be a segment alone
--   breadth     categories bought from, as a share of the number that so many lines could cover
-- The order of the list is that of int_needs_weights. Uses only rational arithmetic, so that every machine gives the
-- same digits.

with drawn as (

    select
        int_needs_behaviours.customer_no,
        int_needs_behaviours.is_now,
        int_needs_behaviours.is_reference,
        int_needs_behaviours.orders + int_needs_population.prior_orders as orders,
        int_needs_behaviours.repeats + int_needs_population.prior_repeats as repeats,
        int_needs_behaviours.days + int_needs_population.prior_days as days,
        int_needs_behaviours.app_orders + int_needs_population.prior_app_orders as app_orders,
        int_needs_behaviours.phone_orders + int_needs_population.prior_phone_orders as phone_orders,
        int_needs_behaviours.store_orders + int_needs_population.prior_store_orders as store_orders,
        int_needs_behaviours.web_orders + int_needs_population.prior_web_orders as web_orders,
        int_needs_behaviours.lines + int_needs_population.prior_lines as lines,
        int_needs_behaviours.gross_minor + int_needs_population.prior_gross_minor as gross_minor,
        int_needs_behaviours.discounts_minor + int_needs_population.prior_discounts_minor as discounts_minor,
        int_needs_behaviours.returns_minor + int_needs_population.prior_returns_minor as returns_minor,
        int_needs_behaviours.personal_contacts + int_needs_population.prior_personal_contacts as personal_contacts,
        int_needs_behaviours.self_service_contacts + int_needs_population.prior_self_service_contacts
            as self_service_contacts,
        greatest(int_needs_behaviours.sales_minor + int_needs_population.prior_sales_minor, 0.0) as sales_minor,
        int_needs_behaviours.categories + int_needs_population.prior_orders as categories,
        least(cast(int_needs_behaviours.lines as double), int_needs_population.most_categories)
        + int_needs_population.prior_orders as most_possible_categories,
        int_needs_population.prior_lines / int_needs_population.prior_orders as average_lines,
        int_needs_population.prior_sales_minor / int_needs_population.prior_orders as average_sales_minor,
        int_needs_population.prior_personal_contacts / int_needs_population.prior_orders as average_personal_contacts,
        int_needs_population.prior_self_service_contacts / int_needs_population.prior_orders
            as average_self_service_contacts,
        int_needs_population.prior_repeats / int_needs_population.prior_days as average_repeats
    from int_needs_behaviours
    cross join int_needs_population

)

select
    drawn.customer_no,
    drawn.is_now,
    drawn.is_reference,
    make_array(
        drawn.app_orders / drawn.orders,
        drawn.categories / drawn.most_possible_categories,
        coalesce(least(greatest(drawn.discounts_minor / nullif(drawn.gross_minor, 0.0), 0.0), 1.0), 0.0),
        drawn.lines / (drawn.lines + drawn.average_lines * drawn.orders),
        drawn.repeats / (drawn.repeats + drawn.average_repeats * drawn.days),
        coalesce(
            drawn.sales_minor / nullif(drawn.sales_minor + drawn.average_sales_minor * drawn.orders, 0.0), 0.5
        ),
        coalesce(
            drawn.personal_contacts
            / nullif(drawn.personal_contacts + drawn.average_personal_contacts * drawn.orders, 0.0),
            0.5
        ),
        drawn.phone_orders / drawn.orders,
        least(drawn.returns_minor / greatest(drawn.sales_minor, 1.0), 1.0),
        coalesce(
            drawn.self_service_contacts
            / nullif(drawn.self_service_contacts + drawn.average_self_service_contacts * drawn.orders, 0.0),
            0.5
        ),
        drawn.store_orders / drawn.orders,
        drawn.web_orders / drawn.orders
    ) as features
from drawn
