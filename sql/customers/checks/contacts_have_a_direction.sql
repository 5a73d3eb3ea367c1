-- Returns the channels and touchpoints of contacts whose direction neither the extract nor a row of the lookup
-- contact_directions decides, with their number. They count as the customer's.

select
    int_contact_directions.channel,
    int_contact_directions.touchpoint,
    int_contact_directions.has_agent as handled_by_agent,
    int_contact_directions.contacts
from int_contact_directions
where int_contact_directions.direction is null
