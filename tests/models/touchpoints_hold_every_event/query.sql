select
    touchpoints.event,
    touchpoints.event_id as id,
    touchpoints.customer_key,
    touchpoints.touchpoint,
    touchpoints.channel,
    touchpoints.direction,
    touchpoints.is_two_way as two_way,
    touchpoints.minutes,
    touchpoints.journey_id,
    touchpoints.journey_count as journeys,
    touchpoints.other_journey_ids as others,
    touchpoints.nps_score_mean as nps,
    touchpoints.csat_score_mean as csat,
    touchpoints.ces_score_mean as ces
from touchpoints
order by
    touchpoints.event,
    touchpoints.event_id
