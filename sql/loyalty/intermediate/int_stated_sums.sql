-- Grain: one row per statement, stated group and outcome with at least one customer in its base.
-- Number of customers by statement and by outcome. The base of ordered_again, increased_revenue and lapsed is those
-- who had bought by the answer; of left_programme those who were members then (nobody without the extract
-- loyalty_events); of complained everyone.

with groups as (

    select
        stated_groups.statement,
        stated_groups.stated_group,
        cast(stated_groups.from_score * 100 as bigint) as from_e2,
        lead(cast(stated_groups.from_score * 100 as bigint))
            over (partition by stated_groups.statement order by stated_groups.from_score) as until_e2
    from stated_groups

),

outcomes as (

    select
        groups.statement,
        groups.stated_group,
        int_stated_outcomes.is_buyer,
        int_stated_outcomes.was_member,
        int_stated_outcomes.orders_after > 0 as has_ordered,
        int_stated_outcomes.after_minor > int_stated_outcomes.before_minor as has_increased,
        int_stated_outcomes.is_lapsed,
        int_stated_outcomes.has_left,
        int_stated_outcomes.complaints_after > 0 as has_complained
    from int_stated_answers
    inner join groups
        on int_stated_answers.statement = groups.statement
    inner join int_stated_outcomes
        on int_stated_answers.response_id = int_stated_outcomes.response_id
    where
        int_stated_answers.points_e2 >= groups.from_e2
        and coalesce(int_stated_answers.points_e2 < groups.until_e2, true)

),

sums as (

    select
        outcomes.statement,
        outcomes.stated_group,
        count(*) as customers,
        count(case when outcomes.is_buyer then 1 end) as buyers,
        count(case when outcomes.was_member then 1 end) as members,
        count(case when outcomes.is_buyer and outcomes.has_ordered then 1 end) as ordered,
        count(case when outcomes.is_buyer and outcomes.has_increased then 1 end) as increased,
        count(case when outcomes.is_buyer and outcomes.is_lapsed then 1 end) as lapsed,
        count(case when outcomes.was_member and outcomes.has_left then 1 end) as quitters,
        count(case when outcomes.has_complained then 1 end) as complained
    from outcomes
    group by
        outcomes.statement,
        outcomes.stated_group

),

cells as (

    select
        sums.statement,
        sums.stated_group,
        'ordered_again' as outcome,
        sums.buyers as customers,
        sums.ordered as customers_with_outcome
    from sums

    union all

    select
        sums.statement,
        sums.stated_group,
        'increased_revenue' as outcome,
        sums.buyers as customers,
        sums.increased as customers_with_outcome
    from sums

    union all

    select
        sums.statement,
        sums.stated_group,
        'lapsed' as outcome,
        sums.buyers as customers,
        sums.lapsed as customers_with_outcome
    from sums

    union all

    select
        sums.statement,
        sums.stated_group,
        'left_programme' as outcome,
        sums.members as customers,
        sums.quitters as customers_with_outcome
    from sums

    union all

    select
        sums.statement,
        sums.stated_group,
        'complained' as outcome,
        sums.customers,
        sums.complained as customers_with_outcome
    from sums

)

select
    cells.statement,
    cells.stated_group,
    cells.outcome,
    cells.customers,
    cells.customers_with_outcome
from cells
where cells.customers > 0
