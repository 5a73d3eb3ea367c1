-- Grain: one row per kind of event that occurs: event, touchpoint, channel, store and so on.
-- All text that events have, so that events themselves are integers (kind_no) until a mart names them. What is not
-- known is 'unknown'; numbers are of this run and never published.
--   step          what the event is called in a path: the touchpoint of a contact, else the event
--   touchpoint_no number of the step; the 32 767th and later ones share a number
--   channel_bit   the channel's bit in a set of channels, 0 for an unknown one; the 62nd and later ones share a bit

with kinds as (

    select
        'contact' as event,
        coalesce(int_contacts.touchpoint, 'unknown') as touchpoint,
        coalesce(int_contacts.channel, 'unknown') as channel,
        coalesce(int_contacts.journey, 'unknown') as journey,
        coalesce(int_contacts.store_id, 'unknown') as store_id,
        int_contacts.is_two_way,
        int_contacts.is_automatic
    from int_contacts
    group by
        coalesce(int_contacts.touchpoint, 'unknown'),
        coalesce(int_contacts.channel, 'unknown'),
        coalesce(int_contacts.journey, 'unknown'),
        coalesce(int_contacts.store_id, 'unknown'),
        int_contacts.is_two_way,
        int_contacts.is_automatic

    union all

    select
        case when int_orders.is_order = 1 then 'order' else 'return' end as event,
        case when int_orders.is_order = 1 then 'order' else 'return' end as touchpoint,
        coalesce(int_orders.channel, 'unknown') as channel,
        'unknown' as journey,
        'unknown' as store_id,
        0 as is_two_way,
        0 as is_automatic
    from int_orders
    group by
        int_orders.is_order,
        coalesce(int_orders.channel, 'unknown')

    union all

    select
        'survey' as event,
        coalesce(
            case
                when int_survey_answers.survey_type = 'touchpoint' then int_survey_answers.touchpoint
                else 'relationship'
            end,
            'unknown'
        ) as touchpoint,
        'unknown' as channel,
        'unknown' as journey,
        'unknown' as store_id,
        0 as is_two_way,
        0 as is_automatic
    from int_survey_answers
    group by
        coalesce(
            case
                when int_survey_answers.survey_type = 'touchpoint' then int_survey_answers.touchpoint
                else 'relationship'
            end,
            'unknown'
        )

),

stepped as (

    select
        kinds.event,
        kinds.touchpoint,
        kinds.channel,
        kinds.journey,
        kinds.store_id,
        kinds.is_two_way,
        kinds.is_automatic,
        case when kinds.event = 'contact' then kinds.touchpoint else kinds.event end as step
    from kinds

),

numbered as (

    select
        stepped.event,
        stepped.touchpoint,
        stepped.channel,
        stepped.journey,
        stepped.store_id,
        stepped.is_two_way,
        stepped.is_automatic,
        stepped.step,
        row_number() over (
            order by
                stepped.event, stepped.touchpoint, stepped.channel, stepped.journey, stepped.store_id,
                stepped.is_two_way, stepped.is_automatic
        ) as kind_no,
        dense_rank() over (order by stepped.step) as step_rank,
        dense_rank() over (order by stepped.channel) as channel_rank
    from stepped

)

select
    cast(numbered.kind_no as integer) as kind_no,
    numbered.event,
    cast(case numbered.event when 'contact' then 1 when 'order' then 2 when 'return' then 3 else 4 end as integer)
        as event_no,
    numbered.touchpoint,
    numbered.channel,
    numbered.journey,
    numbered.store_id,
    numbered.is_two_way,
    numbered.is_automatic,
    numbered.step,
    cast(least(numbered.step_rank, 32767) as bigint) as touchpoint_no,
    case
        when numbered.channel = 'unknown' then cast(0 as bigint)
        else cast(1 as bigint) << cast(least(numbered.channel_rank, 62) as bigint)
    end as channel_bit
from numbered
