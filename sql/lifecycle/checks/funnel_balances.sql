-- Law 7: in every stage and month, customers at the end = customers at the end of the previous month + entered -
-- exited; the last month's stocks equal the current customers; and the flows of stage_transitions equal those of the
-- funnel. Returns the stages and months that differ.

with balanced as (

    select
        lifecycle_funnel.month,
        lifecycle_funnel.stage,
        lifecycle_funnel.customers_at_end,
        lifecycle_funnel.customers_entered,
        lifecycle_funnel.customers_exited,
        coalesce(
            lag(lifecycle_funnel.customers_at_end)
                over (partition by lifecycle_funnel.stage order by lifecycle_funnel.month),
            0
        ) as customers_before,
        lead(lifecycle_funnel.month) over (partition by lifecycle_funnel.stage order by lifecycle_funnel.month)
        is null as is_last_month
    from lifecycle_funnel

),

today as (

    select
        customers.lifecycle_stage as stage,
        count(*) as customers
    from customers
    group by customers.lifecycle_stage

),

entered as (

    select
        stage_transitions.month,
        stage_transitions.to_stage as stage,
        sum(stage_transitions.customers) as customers
    from stage_transitions
    group by
        stage_transitions.month,
        stage_transitions.to_stage

),

exited as (

    select
        stage_transitions.month,
        stage_transitions.from_stage as stage,
        sum(stage_transitions.customers) as customers
    from stage_transitions
    group by
        stage_transitions.month,
        stage_transitions.from_stage

)

select
    balanced.month,
    balanced.stage,
    balanced.customers_before,
    balanced.customers_entered,
    balanced.customers_exited,
    balanced.customers_at_end,
    entered.customers as transitions_in,
    exited.customers as transitions_out,
    today.customers as customers_today
from balanced
left join today
    on balanced.stage = today.stage
left join entered
    on
        balanced.month = entered.month
        and balanced.stage = entered.stage
left join exited
    on
        balanced.month = exited.month
        and balanced.stage = exited.stage
where
    balanced.customers_at_end <> balanced.customers_before + balanced.customers_entered - balanced.customers_exited
    or balanced.customers_at_end < 0
    or balanced.customers_entered <> coalesce(entered.customers, 0)
    or balanced.customers_exited <> coalesce(exited.customers, 0)
    or (balanced.is_last_month and balanced.customers_at_end <> coalesce(today.customers, 0))
