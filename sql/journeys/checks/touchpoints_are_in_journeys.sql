-- Returns the touchpoints of contacts that the lookup journey_touchpoints does not have. They are part of the journey
-- that the extract names ('none': no journey), and neither start nor end it.

with found as (

    select
        int_contacts.touchpoint,
        int_contacts.channel,
        coalesce(int_contacts.journey, 'none') as journey
    from int_contacts
    where int_contacts.touchpoint is not null
    group by
        int_contacts.touchpoint,
        int_contacts.channel,
        coalesce(int_contacts.journey, 'none')

)

select
    found.touchpoint,
    found.journey
from found
where
    not exists (
        select journey_touchpoints.journey
        from journey_touchpoints
        where
            journey_touchpoints.event = 'contact'
            and journey_touchpoints.touchpoint in (found.touchpoint, 'any')
            and journey_touchpoints.channel in (coalesce(found.channel, 'unknown'), 'any')
    )
group by
    found.touchpoint,
    found.journey
