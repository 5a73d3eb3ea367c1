-- Grain: one row per unit of the employee survey and quarter over by as_of, with any known figure.
-- The figures that employee_customer_links correlates, as integer millionths, so that their sums do not depend on the
-- order: engagement index, customers' NPS and CSAT (percent) from at least $suppression_limit answers, and revenue
-- growth from the same quarter of the previous year: (after - before) / mean of the two, between -2 and 2. A unit's
-- first quarter with sales may be incomplete, so nothing is compared with it.

with quarters as (

    select
        int_unit_months.unit,
        cast(date_part('year', int_unit_months.month) as bigint) * 4
        + cast(date_part('quarter', int_unit_months.month) as bigint) - 1 as quarter_no,
        sum(int_unit_months.engagement_responses) as engagement_responses,
        sum(int_unit_months.engagement_sum) as engagement_sum,
        sum(int_unit_months.nps_responses) as nps_responses,
        sum(int_unit_months.promoters - int_unit_months.detractors) as net_promoters,
        sum(int_unit_months.csat_responses) as csat_responses,
        sum(int_unit_months.satisfied) as satisfied,
        sum(int_unit_months.net_minor) as net_minor
    from int_unit_months
    group by
        int_unit_months.unit,
        cast(date_part('year', int_unit_months.month) as bigint) * 4
        + cast(date_part('quarter', int_unit_months.month) as bigint) - 1

),

whole as (

    -- The quarter of the day after as_of is the first that is not over.
    select
        quarters.unit,
        quarters.quarter_no,
        quarters.engagement_responses,
        quarters.engagement_sum,
        quarters.nps_responses,
        quarters.net_promoters,
        quarters.csat_responses,
        quarters.satisfied,
        quarters.net_minor,
        min(case when quarters.net_minor is not null then quarters.quarter_no end)
            over (partition by quarters.unit) as first_sales_no
    from quarters
    where
        quarters.quarter_no
        < cast(date_part('year', cast(cast($as_of as int) + 1 as date)) as bigint) * 4
        + cast(date_part('quarter', cast(cast($as_of as int) + 1 as date)) as bigint) - 1

)

select
    whole.unit,
    whole.quarter_no,
    case
        when whole.engagement_responses >= $suppression_limit
            then
                cast(
                    round(
                        (cast(whole.engagement_sum as double) / cast(whole.engagement_responses as double) - 1.0)
                        / 9.0 * 100000000.0
                    ) as bigint
                )
    end as engagement_e6,
    case
        when whole.nps_responses >= $suppression_limit
            then
                cast(
                    round(cast(whole.net_promoters as double) / cast(whole.nps_responses as double) * 100000000.0)
                    as bigint
                )
    end as customer_nps_e6,
    case
        when whole.csat_responses >= $suppression_limit
            then
                cast(
                    round(cast(whole.satisfied as double) / cast(whole.csat_responses as double) * 100000000.0)
                    as bigint
                )
    end as customer_csat_e6,
    case
        when
            year_before.quarter_no > year_before.first_sales_no
            and year_before.net_minor > 0
            and whole.net_minor > 0
            then
                cast(
                    round(
                        cast(whole.net_minor - year_before.net_minor as double)
                        / cast(whole.net_minor + year_before.net_minor as double) * 2000000.0
                    ) as bigint
                )
    end as revenue_growth_e6
from whole
left join whole as year_before
    on
        whole.unit = year_before.unit
        and whole.quarter_no = year_before.quarter_no + 4
