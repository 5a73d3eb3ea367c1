select
    journeys.journey_id,
    journeys.duration_hours as hours,
    journeys.contact_count as contacts,
    journeys.repeat_contacts as repeats,
    journeys.is_first_contact_resolution as is_first,
    journeys.purchase_within_90d as purchase,
    journeys.outcome,
    journeys.is_outcome_final as is_final,
    journeys.nps,
    journeys.csat,
    journeys.ces,
    journeys.lifecycle_stage as stage
from journeys
order by journeys.journey_id
