-- Grain: one row per month and lifecycle stage, from the month of the first event to that of as_of.
-- Stocks and flows of each stage: customers_at_end = customers_at_end of the previous month + customers_entered -
-- customers_exited. Every stage has a row in every month.

with first_month as (

    select min(int_stage_moves.month) as month
    from int_stage_moves

),

months as (

    select
        cast(
            unnest(
                generate_series(first_month.month, cast(date_trunc('month', $as_of) as date), interval '1 month')
            ) as date
        ) as month
    from first_month

),

stages as (

    select
        column1 as stage,
        column2 as stage_order
    from (
        values
        ('awareness', 1),
        ('discovery', 2),
        ('attraction', 3),
        ('interaction', 4),
        ('purchase', 5),
        ('use', 6),
        ('cultivation', 7),
        ('advocacy', 8),
        ('at_risk', 9),
        ('lapsed', 10),
        ('won_back', 11)
    )

),

grid as (

    select
        months.month,
        stages.stage,
        stages.stage_order
    from months
    cross join stages

),

entered as (

    select
        int_stage_moves.month,
        int_stage_moves.to_stage as stage,
        sum(int_stage_moves.customers) as customers
    from int_stage_moves
    group by
        int_stage_moves.month,
        int_stage_moves.to_stage

),

exited as (

    -- Forward: to a later one of the eight stages; for at_risk, lapsed and won_back: back to an active stage.
    select
        int_stage_moves.month,
        int_stage_moves.from_stage as stage,
        sum(int_stage_moves.customers) as customers,
        sum(
            case
                when int_stage_moves.to_stage in ('at_risk', 'lapsed') then 0
                when int_stage_moves.from_stage in ('at_risk', 'lapsed', 'won_back') then int_stage_moves.customers
                when to_stages.stage_order > from_stages.stage_order then int_stage_moves.customers
                else 0
            end
        ) as customers_forward
    from int_stage_moves
    inner join stages as from_stages
        on int_stage_moves.from_stage = from_stages.stage
    inner join stages as to_stages
        on int_stage_moves.to_stage = to_stages.stage
    group by
        int_stage_moves.month,
        int_stage_moves.from_stage

),

flows as (

    select
        grid.month,
        grid.stage,
        grid.stage_order,
        coalesce(entered.customers, 0) as customers_entered,
        coalesce(exited.customers, 0) as customers_exited,
        exited.customers_forward,
        int_stage_durations.median_days_in_stage
    from grid
    left join entered
        on
            grid.month = entered.month
            and grid.stage = entered.stage
    left join exited
        on
            grid.month = exited.month
            and grid.stage = exited.stage
    left join int_stage_durations
        on
            grid.month = int_stage_durations.month
            and grid.stage = int_stage_durations.stage

)

select
    flows.month,
    flows.stage,
    flows.stage_order,
    sum(flows.customers_entered - flows.customers_exited)
        over (partition by flows.stage order by flows.month rows between unbounded preceding and current row)
        as customers_at_end,
    flows.customers_entered,
    flows.customers_exited,
    flows.median_days_in_stage,
    cast(flows.customers_forward as double) / nullif(flows.customers_exited, 0) as conversion_to_next
from flows
