-- Grain: one row per measure and tier.
-- Where the tiers of value and potential begin at as_of, how many customers with a purchase are in each, and by which
-- measure (basis), for the share of lines, net revenue and services with a known cost.

with members as (

    select
        'value' as measure,
        int_customer_values.value_tier as tier,
        count(*) as customers
    from int_customer_values
    where int_customer_values.is_current
    group by int_customer_values.value_tier

    union all

    select
        'potential' as measure,
        int_customer_values.potential_tier as tier,
        count(*) as customers
    from int_customer_values
    where int_customer_values.is_current
    group by int_customer_values.potential_tier

),

lowest as (

    -- Below the tiers with a threshold: exactly zero, and below zero.
    select
        column1 as tier,
        column2 as steps
    from (values ('none', 1), ('unprofitable', 2))

),

last_ranks as (

    select cast(count(*) as bigint) as tier_rank
    from int_value_thresholds
    inner join int_valuation_dates
        on int_value_thresholds.valuation_date = int_valuation_dates.valuation_date
    where
        int_valuation_dates.is_current
        and int_value_thresholds.measure = 'value'

),

tiers as (

    select
        int_value_thresholds.measure,
        int_value_thresholds.tier,
        cast(int_value_thresholds.tier_rank as bigint) as tier_rank,
        int_value_thresholds.level,
        int_value_thresholds.from_minor
    from int_value_thresholds
    inner join int_valuation_dates
        on int_value_thresholds.valuation_date = int_valuation_dates.valuation_date
    where int_valuation_dates.is_current

    union all

    select
        'value' as measure,
        lowest.tier,
        last_ranks.tier_rank + lowest.steps as tier_rank,
        lowest.tier as level,
        cast(null as bigint) as from_minor
    from last_ranks
    cross join lowest

)

select
    tiers.measure,
    tiers.tier,
    tiers.tier_rank,
    tiers.level,
    money(tiers.from_minor) as from_amount,
    coalesce(members.customers, 0) as customers,
    int_profit_basis.basis,
    int_profit_basis.known_cost_share,
    int_profit_basis.known_cost_revenue_share,
    int_profit_basis.known_service_share
from tiers
cross join int_profit_basis
left join members
    on
        tiers.measure = members.measure
        and tiers.tier = members.tier
