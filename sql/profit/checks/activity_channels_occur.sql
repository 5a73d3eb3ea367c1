-- Returns the channels in the lookup activity_times without any event. Catches misspelt channels.

with named as (

    select activity_times.channel
    from activity_times
    where activity_times.channel <> 'any'
    group by activity_times.channel

),

occurring as (

    select channel_profitability.channel
    from channel_profitability
    group by channel_profitability.channel

),

contacts as (

    select count(*) as number
    from int_contacts

)

select named.channel
from named
cross join contacts
left join occurring
    on named.channel = occurring.channel
where
    occurring.channel is null
    -- A company without contacts has not misspelt their channels.
    and contacts.number > 0
