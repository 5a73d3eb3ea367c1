-- Grain: one row per person and stay in a lifecycle stage.
-- Sweeps over the boundaries of a person's spells in time order. An open spell of priority p weighs 16^p, so the
-- running sum of weights gives the highest open priority. All spells of a person are closed at the end of as_of,
-- where the sum returns to zero. The sweep can therefore continue over the next person without a window partition per
-- person (which would cost more than the sweep); buckets let it run in parallel.

with borders as (

    select
        int_lifecycle_spells.customer_no,
        int_lifecycle_spells.begins_at as at,
        int_lifecycle_spells.priority as opened,
        cast(1 as bigint) << (4 * int_lifecycle_spells.priority) as weight
    from int_lifecycle_spells

    union all

    select
        int_lifecycle_spells.customer_no,
        int_lifecycle_spells.ends_at as at,
        0 as opened,
        -(cast(1 as bigint) << (4 * int_lifecycle_spells.priority)) as weight
    from int_lifecycle_spells

),

instants as (

    select
        borders.customer_no % 32 as bucket,
        borders.customer_no,
        borders.at,
        max(borders.opened) as opened,
        sum(borders.weight) as weight
    from borders
    group by
        borders.customer_no,
        borders.at

),

swept as (

    select
        instants.bucket,
        instants.customer_no,
        instants.at,
        instants.opened,
        sum(instants.weight) over (
            partition by instants.bucket order by instants.customer_no, instants.at
            rows between unbounded preceding and current row
        ) as open_weight
    from instants

),

staged as (

    select
        swept.bucket,
        swept.customer_no,
        swept.at,
        swept.opened,
        case
            when swept.open_weight >= cast(1 as bigint) << 48 then 12
            when swept.open_weight >= cast(1 as bigint) << 44 then 11
            when swept.open_weight >= cast(1 as bigint) << 40 then 10
            when swept.open_weight >= cast(1 as bigint) << 36 then 9
            when swept.open_weight >= cast(1 as bigint) << 32 then 8
            when swept.open_weight >= cast(1 as bigint) << 28 then 7
            when swept.open_weight >= cast(1 as bigint) << 24 then 6
            when swept.open_weight >= cast(1 as bigint) << 20 then 5
            when swept.open_weight >= cast(1 as bigint) << 16 then 4
            when swept.open_weight >= cast(1 as bigint) << 12 then 3
            when swept.open_weight >= cast(1 as bigint) << 8 then 2
            when swept.open_weight >= cast(1 as bigint) << 4 then 1
            else 0
        end as priority
    from swept

),

named as (

    -- 'none' applies before the first event and after the end of as_of.
    select
        staged.bucket,
        staged.customer_no,
        staged.at,
        staged.opened = staged.priority as is_opened,
        staged.opened,
        case staged.priority
            when 1 then 'awareness'
            when 2 then 'discovery'
            when 3 then 'attraction'
            when 4 then 'interaction'
            when 5 then 'use'
            when 6 then 'cultivation'
            when 7 then 'cultivation'
            when 8 then 'advocacy'
            when 9 then 'purchase'
            when 10 then 'won_back'
            when 11 then 'at_risk'
            when 12 then 'lapsed'
            else 'none'
        end as stage
    from staged

),

compared as (

    select
        named.bucket,
        named.customer_no,
        named.at,
        named.is_opened,
        named.opened,
        named.stage,
        coalesce(
            lag(named.stage) over (partition by named.bucket order by named.customer_no, named.at),
            'none'
        ) as previous_stage
    from named

),

stays as (

    select
        compared.customer_no,
        compared.stage,
        compared.previous_stage,
        compared.is_opened,
        compared.opened,
        compared.at as entered_at,
        lead(compared.at) over (partition by compared.bucket order by compared.customer_no, compared.at) as left_at,
        lead(compared.stage) over (partition by compared.bucket order by compared.customer_no, compared.at)
            as next_stage
    from compared
    where compared.stage <> compared.previous_stage

)

select
    stays.customer_no,
    stays.stage,
    stays.previous_stage,
    case
        when stays.is_opened
            then case stays.opened
                when 1 then 'known'
                when 2 then 'first_contact'
                when 3 then 'second_contact'
                when 4 then 'two_way_contact'
                when 5 then 'first_use'
                when 6 then 'loyalty_joined'
                when 7 then 'repeat_order'
                when 8 then 'loyal_promoter'
                when 9 then 'first_order'
                when 10 then 'order_after_lapse'
                when 11 then 'no_activity'
                when 12 then 'no_activity'
            end
        else case stays.previous_stage
            when 'purchase' then 'first_use'
            when 'at_risk' then 'active_again'
            when 'won_back' then 'won_back_window_ended'
            when 'advocacy' then 'promoter_no_longer'
            else 'rule_ended'
        end
    end as entry_reason,
    stays.entered_at,
    case when stays.next_stage <> 'none' then stays.left_at end as left_at,
    stays.next_stage = 'none' as is_present,
    stays.next_stage
from stays
where stays.stage <> 'none'
