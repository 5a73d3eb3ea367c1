-- Grain: one row per month and stage that somebody entered in it.
-- What became of the stays that began in the month, $conversion_days (of 24 hours) after each began. Each stay counts
-- once, under the first of these that applies:
--   customers_forward     reached a later one of the eight stages; from at_risk and lapsed: any of the eight or
--                         won_back; from won_back: any of the eight
--   customers_silent      went to at_risk or lapsed
--   customers_still_there have not left the stage
--   customers_back        went to an earlier stage
-- is_over: all stays of the month have had the time by as_of; before that the counts say nothing.

with stays as (

    select
        int_customer_stages.customer_no,
        int_customer_stages.stage,
        int_stage_order.stage_order,
        int_stage_order.is_in_lifecycle,
        int_customer_stages.entered_at
    from int_customer_stages
    inner join int_stage_order
        on int_customer_stages.stage = int_stage_order.stage

),

followed as (

    -- Each stay with those of the person that began within the time after it.
    select
        stays.customer_no,
        stays.entered_at,
        stays.stage,
        count(later.stage) as moves,
        bool_or(
            case
                when later.stage in ('at_risk', 'lapsed') then false
                when stays.is_in_lifecycle then later.is_in_lifecycle and later.stage_order > stays.stage_order
                else later.stage <> stays.stage
            end
        ) as is_forward,
        bool_or(later.stage in ('at_risk', 'lapsed')) as is_silent
    from stays
    left join stays as later
        on
            stays.customer_no = later.customer_no
            and stays.entered_at < later.entered_at
            and stays.entered_at + cast($conversion_days as bigint) * 86400000000 >= later.entered_at
    group by
        stays.customer_no,
        stays.entered_at,
        stays.stage

),

outcomes as (

    select
        local_month(
            arrow_cast(followed.entered_at, 'Timestamp(Microsecond, Some("UTC"))'), $time_zone
        ) as month,
        followed.stage,
        case
            when followed.moves = 0 then 'still there'
            when followed.is_forward then 'forward'
            when followed.is_silent then 'silent'
            else 'back'
        end as outcome
    from followed

)

select
    outcomes.month,
    outcomes.stage,
    cast(start_of_day(cast(outcomes.month + interval '1 month' as date), $time_zone) as bigint)
    + cast($conversion_days as bigint) * 86400000000
    <= cast($as_of_end as bigint) as is_over,
    count(*) as customers,
    count(case when outcomes.outcome = 'forward' then 1 end) as customers_forward,
    count(case when outcomes.outcome = 'silent' then 1 end) as customers_silent,
    count(case when outcomes.outcome = 'still there' then 1 end) as customers_still_there,
    count(case when outcomes.outcome = 'back' then 1 end) as customers_back
from outcomes
group by
    outcomes.month,
    outcomes.stage
