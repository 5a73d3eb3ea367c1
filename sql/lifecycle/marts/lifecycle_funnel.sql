-- Grain: one row per month and lifecycle stage, from the month of the first event to that of as_of.
-- Stocks and flows of each stage: customers_at_end = customers_at_end of the previous month + customers_entered -
-- customers_exited. Every stage has a row in every month. Conversion and the shares beside it follow the customers who
-- entered in the month for $conversion_days; they are null until the last of them has had the time.

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

grid as (

    select
        months.month,
        int_stage_order.stage,
        int_stage_order.stage_order
    from months
    cross join int_stage_order

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

    select
        int_stage_moves.month,
        int_stage_moves.from_stage as stage,
        sum(int_stage_moves.customers) as customers
    from int_stage_moves
    group by
        int_stage_moves.month,
        int_stage_moves.from_stage

),

conversions as (

    -- Nothing comes after advocacy, and won_back ends with its window: what follows would be a matter of the calendar.
    select
        int_stage_conversions.month,
        int_stage_conversions.stage,
        case
            when int_stage_conversions.stage <> 'advocacy'
                then share_interval(int_stage_conversions.customers_forward, int_stage_conversions.customers)
        end as forward,
        cast(int_stage_conversions.customers_silent as double) / int_stage_conversions.customers as share_silent,
        cast(int_stage_conversions.customers_still_there as double) / int_stage_conversions.customers
            as share_still_there,
        cast(int_stage_conversions.customers_back as double) / int_stage_conversions.customers as share_back
    from int_stage_conversions
    where
        int_stage_conversions.is_over
        and int_stage_conversions.stage <> 'won_back'

),

flows as (

    select
        grid.month,
        grid.stage,
        grid.stage_order,
        coalesce(entered.customers, 0) as customers_entered,
        coalesce(exited.customers, 0) as customers_exited,
        int_stage_durations.median_days_in_stage,
        conversions.forward,
        conversions.share_silent,
        conversions.share_still_there,
        conversions.share_back
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
    left join conversions
        on
            grid.month = conversions.month
            and grid.stage = conversions.stage

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
    flows.forward['value'] as conversion_to_next,
    flows.forward['ci_low'] as conversion_ci_low,
    flows.forward['ci_high'] as conversion_ci_high,
    flows.share_silent as share_at_risk_or_lapsed,
    flows.share_still_there,
    flows.share_back as share_moved_back,
    cast(flows.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from flows
