-- Returns the channels in the lookups activity_times and order_costs without any event. Catches misspelt channels.

with named as (

    select
        'activity_times' as lookup,
        activity_times.channel
    from activity_times
    where activity_times.channel <> 'any'
    group by activity_times.channel

    union all

    select
        'order_costs' as lookup,
        order_costs.channel
    from order_costs

),

occurring as (

    select distinct channel_profitability.channel
    from channel_profitability

)

select
    named.lookup,
    named.channel
from named
left join occurring
    on named.channel = occurring.channel
where occurring.channel is null
