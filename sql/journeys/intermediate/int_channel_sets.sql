-- Grain: one row per different set of channels that a journey went through.
-- The sets of int_journey_instances in words. Unknown channels are in no set.

with sets as (

    select int_journey_instances.channel_set
    from int_journey_instances
    group by int_journey_instances.channel_set

),

channels as (

    select distinct
        int_event_kinds.channel,
        int_event_kinds.channel_bit
    from int_event_kinds
    where int_event_kinds.channel_bit <> 0

),

members as (

    select
        sets.channel_set,
        channels.channel,
        channels.channel_bit
    from sets
    cross join channels
    where (sets.channel_set & channels.channel_bit) <> 0

)

select
    sets.channel_set,
    count(distinct members.channel_bit) as channel_count,
    string_agg(members.channel, ', ' order by members.channel) as channels
from sets
left join members
    on sets.channel_set = members.channel_set
group by sets.channel_set
