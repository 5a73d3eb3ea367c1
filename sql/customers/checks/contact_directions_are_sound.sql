-- Returns the rows of the lookup contact_directions with an unknown direction or handled_by_agent.

select
    contact_directions.channel,
    contact_directions.touchpoint,
    contact_directions.handled_by_agent,
    contact_directions.direction
from contact_directions
where
    contact_directions.direction is null
    or contact_directions.direction not in ('customer', 'company')
    or contact_directions.handled_by_agent not in ('true', 'false', 'any')
