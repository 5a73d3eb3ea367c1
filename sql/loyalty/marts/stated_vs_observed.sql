-- Grain: one row per statement, stated group and outcome with at least one customer in its base.
-- Survey statements against behaviour in the $outcome_window_days after them, each person once per statement. Groups
-- below $suppression_limit customers are hidden. If exactly one group is hidden, or all hidden ones together are
-- below the limit, so is the smallest of the others: otherwise the total less the groups shown would reveal them.

with ranked as (

    select
        int_stated_sums.statement,
        int_stated_sums.stated_group,
        int_stated_sums.outcome,
        int_stated_sums.customers,
        int_stated_sums.customers_with_outcome,
        int_stated_sums.customers < $suppression_limit as is_too_small,
        sum(int_stated_sums.customers)
            over (partition by int_stated_sums.statement, int_stated_sums.outcome) as all_customers,
        sum(int_stated_sums.customers_with_outcome)
            over (partition by int_stated_sums.statement, int_stated_sums.outcome) as all_with_outcome,
        sum(case when int_stated_sums.customers < $suppression_limit then 1 else 0 end)
            over (partition by int_stated_sums.statement, int_stated_sums.outcome) as hidden_groups,
        sum(
            case when int_stated_sums.customers < $suppression_limit then int_stated_sums.customers else 0 end
        ) over (partition by int_stated_sums.statement, int_stated_sums.outcome) as hidden_customers,
        row_number() over (
            partition by
                int_stated_sums.statement, int_stated_sums.outcome,
                int_stated_sums.customers < $suppression_limit
            order by int_stated_sums.customers, int_stated_sums.stated_group
        ) as size_rank
    from int_stated_sums

),

suppressed as (

    select
        ranked.statement,
        ranked.stated_group,
        ranked.outcome,
        ranked.customers,
        ranked.customers_with_outcome,
        ranked.all_customers,
        ranked.all_with_outcome,
        ranked.is_too_small,
        ranked.is_too_small
        or (
            ranked.hidden_groups > 0
            and (ranked.hidden_groups = 1 or ranked.hidden_customers < $suppression_limit)
            and ranked.size_rank = 1
        ) as is_suppressed,
        ranked.all_customers < $suppression_limit as is_all_hidden,
        ranked.all_customers - ranked.customers < $suppression_limit as are_others_hidden
    from ranked

),

intervals as (

    select
        suppressed.statement,
        suppressed.stated_group,
        suppressed.outcome,
        suppressed.customers,
        suppressed.is_too_small,
        suppressed.is_suppressed,
        suppressed.is_all_hidden,
        suppressed.is_suppressed or suppressed.are_others_hidden as is_difference_hidden,
        cast(suppressed.all_with_outcome as double) / cast(suppressed.all_customers as double) as all_share,
        share_interval(suppressed.customers_with_outcome, suppressed.customers) as share,
        share_difference(
            suppressed.customers_with_outcome,
            suppressed.customers,
            suppressed.all_with_outcome - suppressed.customers_with_outcome,
            suppressed.all_customers - suppressed.customers
        ) as difference
    from suppressed

)

select
    intervals.statement,
    intervals.stated_group,
    intervals.outcome,
    intervals.customers,
    case when not intervals.is_suppressed then intervals.share['value'] end as share,
    case when not intervals.is_suppressed then intervals.share['ci_low'] end as ci_low,
    case when not intervals.is_suppressed then intervals.share['ci_high'] end as ci_high,
    case when not intervals.is_all_hidden then intervals.all_share end as share_of_all,
    case when not intervals.is_difference_hidden then intervals.difference['value'] end as difference_to_others,
    case when not intervals.is_difference_hidden then intervals.difference['ci_low'] end as difference_ci_low,
    case when not intervals.is_difference_hidden then intervals.difference['ci_high'] end as difference_ci_high,
    case
        when not intervals.is_difference_hidden
            then intervals.difference['ci_low'] > 0.0 or intervals.difference['ci_high'] < 0.0
    end as is_significant,
    intervals.is_suppressed,
    case
        when intervals.is_too_small then 'few_persons'
        when intervals.is_suppressed then 'complementary'
    end as suppressed_because
from intervals
