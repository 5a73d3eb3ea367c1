select
    journeys.journey_id,
    journeys.ended_at,
    journeys.status,
    journeys.touchpoint_count as touchpoints,
    journeys.channel_count as channels,
    journeys.is_multichannel,
    journeys.channels as channel_names,
    journeys.path_steps,
    journeys.path
from journeys
order by journeys.journey_id
