-- Law 7: the groups of a statement contain every person who made it once, and the steps of experience_growth those of
-- them who had bought by then. Returns the statements that differ.

with answers as (

    select
        int_stated_answers.statement,
        count(*) as customers,
        count(case when int_stated_outcomes.is_buyer then 1 end) as buyers
    from int_stated_answers
    inner join int_stated_outcomes
        on int_stated_answers.response_id = int_stated_outcomes.response_id
    group by int_stated_answers.statement

),

groups as (

    select
        stated_vs_observed.statement,
        sum(case when stated_vs_observed.outcome = 'complained' then stated_vs_observed.customers else 0 end)
            as customers,
        sum(case when stated_vs_observed.outcome = 'ordered_again' then stated_vs_observed.customers else 0 end)
            as buyers
    from stated_vs_observed
    group by stated_vs_observed.statement

),

steps as (

    select
        experience_growth.metric as statement,
        sum(experience_growth.customers + experience_growth.first_time_customers) as buyers
    from experience_growth
    group by experience_growth.metric

)

select
    answers.statement,
    answers.customers,
    groups.customers as customers_in_groups,
    answers.buyers,
    groups.buyers as buyers_in_groups,
    steps.buyers as buyers_in_steps
from answers
left join groups
    on answers.statement = groups.statement
left join steps
    on answers.statement = steps.statement
where
    coalesce(groups.customers <> answers.customers, true)
    or coalesce(groups.buyers, 0) <> answers.buyers
    or coalesce(steps.buyers, 0) <> answers.buyers
