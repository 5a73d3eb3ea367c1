-- Returns the rows of the lookup contact_directions with an unknown direction or handled_by_agent, and the unknown
-- directions of contacts.

select
    'contact_directions' as found_in,
    contact_directions.channel,
    contact_directions.touchpoint,
    contact_directions.handled_by_agent,
    contact_directions.direction,
    1 as rows_found
from contact_directions
where
    contact_directions.direction is null
    or contact_directions.direction not in ('customer', 'company')
    or contact_directions.handled_by_agent not in ('true', 'false', 'any')

union all

select
    'stg_crm_interactions' as found_in,
    'any' as channel,
    'any' as touchpoint,
    'any' as handled_by_agent,
    int_contacts.direction,
    count(*) as rows_found
from int_contacts
where int_contacts.direction not in ('customer', 'company')
group by int_contacts.direction
