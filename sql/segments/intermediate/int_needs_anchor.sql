-- Grain: one row.
-- The day as of which needs segments are found: the first 1 January by whose end at least $needs_min_customers people
-- had ordered. A later as_of does not change it (only late data or merged records can), so that segments keep their
-- numbers although runs are independent of one another. $needs_anchor_date, if given, replaces every 1 January. Null
-- if there is no such day by as_of.

with settings as (

    select try_cast(nullif($needs_anchor_date, '') as date) as fixed_date

),

buyers as (

    -- The first possible anchor at which a person counts.
    select
        case
            when settings.fixed_date is null
                then
                    cast(
                        date_trunc('year', int_customer_purchases.first_purchase_date - interval '1 day')
                        + interval '1 year' as date
                    )
            when int_customer_purchases.first_purchase_date <= settings.fixed_date then settings.fixed_date
        end as counts_from
    from int_customer_purchases
    cross join settings
    where
        int_customer_purchases.customer_no > 0
        and int_customer_purchases.first_purchase_date is not null

),

new_buyers as (

    select
        buyers.counts_from,
        count(*) as customers
    from buyers
    where buyers.counts_from <= $as_of
    group by buyers.counts_from

),

all_buyers as (

    select
        new_buyers.counts_from,
        sum(new_buyers.customers) over (order by new_buyers.counts_from) as customers
    from new_buyers

)

select min(all_buyers.counts_from) as anchor_date
from all_buyers
where all_buyers.customers >= $needs_min_customers
