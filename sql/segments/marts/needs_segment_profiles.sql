-- Grain: one row per needs segment and feature of behaviour.
-- Behaviour of a segment's buyers, over all their orders together, compared with all buyers and with the average
-- buyer, and how the number of segments was chosen.

with behaviours as (

    select
        coalesce(int_needs_members.needs_segment_no, 0) as needs_segment_no,
        int_needs_behaviours.orders,
        int_needs_behaviours.repeats,
        int_needs_behaviours.days,
        int_needs_behaviours.app_orders,
        int_needs_behaviours.phone_orders,
        int_needs_behaviours.store_orders,
        int_needs_behaviours.web_orders,
        int_needs_behaviours.categories,
        int_needs_behaviours.lines,
        int_needs_behaviours.gross_minor,
        int_needs_behaviours.discounts_minor,
        int_needs_behaviours.sales_minor,
        int_needs_behaviours.returns_minor,
        int_needs_behaviours.personal_contacts,
        int_needs_behaviours.self_service_contacts
    from int_needs_behaviours
    inner join int_needs_members
        on int_needs_behaviours.customer_no = int_needs_members.customer_no
    where int_needs_behaviours.is_now

),

totals as (

    select
        behaviours.needs_segment_no,
        count(*) as customers,
        sum(behaviours.orders) as orders,
        sum(behaviours.repeats) as repeats,
        sum(behaviours.days) as days,
        sum(behaviours.app_orders) as app_orders,
        sum(behaviours.phone_orders) as phone_orders,
        sum(behaviours.store_orders) as store_orders,
        sum(behaviours.web_orders) as web_orders,
        sum(behaviours.categories) as categories,
        sum(behaviours.lines) as lines,
        sum(behaviours.gross_minor) as gross_minor,
        sum(behaviours.discounts_minor) as discounts_minor,
        sum(behaviours.sales_minor) as sales_minor,
        sum(behaviours.returns_minor) as returns_minor,
        sum(behaviours.personal_contacts) as personal_contacts,
        sum(behaviours.self_service_contacts) as self_service_contacts
    from behaviours
    group by rollup(behaviours.needs_segment_no)

),

figures as (

    -- The null number is that of all buyers.
    select
        totals.needs_segment_no,
        totals.customers,
        int_needs_weights.position,
        int_needs_weights.feature,
        int_needs_weights.weight,
        case int_needs_weights.feature
            when 'app_share' then totals.app_orders
            when 'category_breadth' then totals.categories
            when 'discount_share' then totals.discounts_minor
            when 'lines_per_order' then totals.lines
            when 'order_frequency' then totals.repeats * 365
            when 'order_value' then totals.sales_minor
            when 'personal_contacts' then totals.personal_contacts
            when 'phone_share' then totals.phone_orders
            when 'return_share' then totals.returns_minor
            when 'self_service' then totals.self_service_contacts
            when 'store_share' then totals.store_orders
            when 'web_share' then totals.web_orders
        end as numerator,
        case int_needs_weights.feature
            when 'category_breadth' then totals.customers
            when 'discount_share' then totals.gross_minor
            when 'order_frequency' then totals.days
            when 'order_value' then totals.orders * 100
            when 'return_share' then totals.sales_minor
            else totals.orders
        end as denominator
    from totals
    cross join int_needs_weights

),

overall as (

    select
        figures.position,
        figures.customers,
        cast(figures.numerator as double) / nullif(figures.denominator, 0) as mean
    from figures
    where figures.needs_segment_no is null

)

select
    figures.needs_segment_no,
    int_needs_names.needs_segment,
    figures.feature,
    figures.customers,
    cast(figures.customers as double) / overall.customers as share,
    cast(figures.numerator as double) / nullif(figures.denominator, 0) as mean,
    overall.mean as overall_mean,
    figures.weight,
    int_needs_traits.standardised_mean,
    int_needs_traits.found_mean as anchor_standardised_mean,
    int_needs_traits.trait,
    int_needs_traits.trait_rank,
    int_needs_population.reference_date,
    int_needs_fits.found_fit['status'] as status,
    int_needs_fits.found_fit['k'] as segments,
    int_needs_fits.found_fit['silhouette'] as silhouette
from figures
inner join int_needs_names
    on figures.needs_segment_no = int_needs_names.needs_segment_no
inner join overall
    on figures.position = overall.position
left join int_needs_traits
    on
        figures.needs_segment_no = int_needs_traits.needs_segment_no
        and figures.position = int_needs_traits.position
cross join int_needs_population
cross join int_needs_fits
