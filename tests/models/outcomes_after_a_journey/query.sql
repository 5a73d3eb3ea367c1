select
    journeys.journey_id,
    journeys.duration_hours as hours,
    journeys.contact_count as contacts,
    journeys.repeat_contacts as repeats,
    journeys.is_first_contact_resolution as is_first,
    journeys.purchase_within_90d as purchase,
    journeys.outcome,
    journeys.is_outcome_final as is_final,
    journeys.nps_score_mean as nps,
    journeys.csat_score_mean as csat,
    journeys.ces_score_mean as ces,
    journeys.lifecycle_stage as stage
from journeys
order by journeys.journey_id
