-- Grain: one row per measure and method, if there were members and others at the earlier valuation.
-- Members against others who had bought by the earlier valuation: results since then, by membership at that day.
-- Members are self-selected, so a difference is not the effect of the programme. Method raw compares all of them.
-- Method by_value_tier compares within the value tier at the earlier valuation and weights the tiers by their
-- members: the others are standardised to the members' tiers. Tiers with fewer than two of either are dropped.

with tiers as (

    -- Money in units of the base currency.
    select
        int_member_sums.measure,
        int_member_sums.value_tier,
        case when int_member_sums.measure in ('net_revenue', 'contribution_profit') then 100.0 else 1.0 end as unit,
        sum(case when int_member_sums.is_member then int_member_sums.customers else 0 end) as members,
        sum(case when not int_member_sums.is_member then int_member_sums.customers else 0 end) as others,
        sum(case when int_member_sums.is_member then int_member_sums.total else 0 end) as member_total,
        sum(case when not int_member_sums.is_member then int_member_sums.total else 0 end) as other_total,
        sum(case when int_member_sums.is_member then int_member_sums.total_squared else 0 end) as member_squared,
        sum(case when not int_member_sums.is_member then int_member_sums.total_squared else 0 end) as other_squared,
        sum(case when int_member_sums.is_member then int_member_sums.whole_total else 0 end) as member_whole,
        sum(case when not int_member_sums.is_member then int_member_sums.whole_total else 0 end) as other_whole,
        sum(case when int_member_sums.is_member then int_member_sums.whole_squared else 0 end) as member_whole_squared,
        sum(case when not int_member_sums.is_member then int_member_sums.whole_squared else 0 end)
            as other_whole_squared
    from int_member_sums
    group by
        int_member_sums.measure,
        int_member_sums.value_tier

),

everybody as (

    select
        tiers.measure,
        tiers.unit,
        sum(tiers.members) as members,
        sum(tiers.others) as others,
        cast(sum(tiers.member_total) as double) / tiers.unit as member_total,
        cast(sum(tiers.other_total) as double) / tiers.unit as other_total,
        sum(tiers.member_whole) as member_whole,
        sum(tiers.other_whole) as other_whole,
        sum(tiers.member_whole_squared) as member_whole_squared,
        sum(tiers.other_whole_squared) as other_whole_squared
    from tiers
    group by
        tiers.measure,
        tiers.unit

),

raw_intervals as (

    select
        everybody.measure,
        everybody.members,
        everybody.others,
        everybody.member_total / everybody.members as member_value,
        everybody.other_total / everybody.others as other_value,
        case
            when everybody.measure = 'retention'
                then share_difference(
                    everybody.member_whole, everybody.members, everybody.other_whole, everybody.others
                )
            else mean_difference(
                everybody.members,
                everybody.member_whole,
                everybody.member_whole_squared,
                everybody.others,
                everybody.other_whole,
                everybody.other_whole_squared
            )
        end as difference
    -- Means are exact; the width of their interval comes from whole units.
    from everybody
    where
        everybody.members > 0
        and everybody.others > 0

),

shared_tiers as (

    select
        tiers.measure,
        tiers.value_tier,
        tiers.members,
        tiers.others,
        cast(tiers.members as double) as member_count,
        cast(tiers.others as double) as other_count,
        cast(tiers.member_total as double) / tiers.unit as member_total,
        cast(tiers.other_total as double) / tiers.unit as other_total,
        cast(tiers.member_squared as double) / tiers.unit / tiers.unit as member_squared,
        cast(tiers.other_squared as double) / tiers.unit / tiers.unit as other_squared
    from tiers
    where
        tiers.members > 1
        and tiers.others > 1

),

tier_figures as (

    -- The contribution of each tier to the members' mean, to the others' mean, and to the variance of the difference,
    -- each before division by the members of all shared tiers.
    select
        shared_tiers.measure,
        shared_tiers.value_tier,
        shared_tiers.members,
        shared_tiers.others,
        shared_tiers.member_total,
        shared_tiers.member_count * (shared_tiers.other_total / shared_tiers.other_count) as other_total,
        shared_tiers.member_count
        * greatest(
            shared_tiers.member_squared
            - shared_tiers.member_total * shared_tiers.member_total / shared_tiers.member_count,
            0.0
        ) / (shared_tiers.member_count - 1.0)
        + shared_tiers.member_count * shared_tiers.member_count / shared_tiers.other_count
        * greatest(
            shared_tiers.other_squared - shared_tiers.other_total * shared_tiers.other_total / shared_tiers.other_count,
            0.0
        ) / (shared_tiers.other_count - 1.0) as variance
    from shared_tiers

),

running as (

    -- Added in tier order, so that the last bit is always the same.
    select
        tier_figures.measure,
        row_number() over (partition by tier_figures.measure order by tier_figures.value_tier desc) as from_last,
        sum(tier_figures.members) over (
            partition by tier_figures.measure order by tier_figures.value_tier
            rows between unbounded preceding and current row
        ) as members,
        sum(tier_figures.others) over (
            partition by tier_figures.measure order by tier_figures.value_tier
            rows between unbounded preceding and current row
        ) as others,
        sum(tier_figures.member_total) over (
            partition by tier_figures.measure order by tier_figures.value_tier
            rows between unbounded preceding and current row
        ) as member_total,
        sum(tier_figures.other_total) over (
            partition by tier_figures.measure order by tier_figures.value_tier
            rows between unbounded preceding and current row
        ) as other_total,
        sum(tier_figures.variance) over (
            partition by tier_figures.measure order by tier_figures.value_tier
            rows between unbounded preceding and current row
        ) as variance
    from tier_figures

),

standardised as (

    select
        running.measure,
        running.members,
        running.others,
        running.member_total / running.members as member_value,
        running.other_total / running.members as other_value,
        (running.member_total - running.other_total) / running.members as difference,
        1.959963984540054 * sqrt(running.variance) / running.members as half_width
    from running
    where running.from_last = 1

),

methods as (

    select
        raw_intervals.measure,
        'raw' as method,
        raw_intervals.members,
        raw_intervals.others,
        raw_intervals.member_value,
        raw_intervals.other_value,
        raw_intervals.member_value - raw_intervals.other_value as difference,
        raw_intervals.member_value - raw_intervals.other_value
        + (raw_intervals.difference['ci_low'] - raw_intervals.difference['value']) as ci_low,
        raw_intervals.member_value - raw_intervals.other_value
        + (raw_intervals.difference['ci_high'] - raw_intervals.difference['value']) as ci_high
    from raw_intervals

    union all

    select
        standardised.measure,
        'by_value_tier' as method,
        standardised.members,
        standardised.others,
        standardised.member_value,
        standardised.other_value,
        standardised.difference,
        standardised.difference - standardised.half_width as ci_low,
        standardised.difference + standardised.half_width as ci_high
    from standardised

),

flagged as (

    select
        methods.measure,
        methods.method,
        methods.members,
        methods.others,
        methods.members < $suppression_limit or methods.others < $suppression_limit as is_suppressed,
        methods.member_value,
        methods.other_value,
        methods.difference,
        methods.ci_low,
        methods.ci_high
    from methods

)

select
    flagged.measure,
    flagged.method,
    int_valuation_dates.valuation_date as members_as_of,
    flagged.members,
    flagged.others as non_members,
    case when not flagged.is_suppressed then flagged.member_value end as member_value,
    case when not flagged.is_suppressed then flagged.other_value end as non_member_value,
    case when not flagged.is_suppressed then flagged.difference end as difference,
    case when not flagged.is_suppressed then flagged.ci_low end as ci_low,
    case when not flagged.is_suppressed then flagged.ci_high end as ci_high,
    case when not flagged.is_suppressed then flagged.ci_low > 0.0 or flagged.ci_high < 0.0 end as is_significant,
    flagged.is_suppressed
from flagged
cross join int_valuation_dates
where not int_valuation_dates.is_current
