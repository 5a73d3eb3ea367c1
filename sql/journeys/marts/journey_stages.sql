-- Grain: one row per journey and lifecycle stage in which it began, and one, 'all', per journey.
-- Which journeys customers go through where in the lifecycle, and how these turn out there.

select
    int_journey_turnouts.journey,
    int_journey_turnouts.item as lifecycle_stage,
    int_journey_turnouts.journeys,
    int_journey_turnouts.multichannel_share,
    int_journey_turnouts.completion_journeys,
    int_journey_turnouts.completion_rate,
    int_journey_turnouts.completion_ci_low,
    int_journey_turnouts.completion_ci_high,
    int_journey_turnouts.conversion_journeys,
    int_journey_turnouts.conversion,
    int_journey_turnouts.conversion_ci_low,
    int_journey_turnouts.conversion_ci_high,
    int_journey_turnouts.served_journeys,
    int_journey_turnouts.repeat_contact_rate,
    int_journey_turnouts.repeat_contact_ci_low,
    int_journey_turnouts.repeat_contact_ci_high,
    int_journey_turnouts.median_duration_hours,
    int_journey_turnouts.nps_responses,
    int_journey_turnouts.is_nps_suppressed,
    int_journey_turnouts.nps,
    int_journey_turnouts.nps_ci_low,
    int_journey_turnouts.nps_ci_high,
    int_journey_turnouts.csat_responses,
    int_journey_turnouts.is_csat_suppressed,
    int_journey_turnouts.csat,
    int_journey_turnouts.csat_ci_low,
    int_journey_turnouts.csat_ci_high,
    int_journey_turnouts.ces_responses,
    int_journey_turnouts.is_ces_suppressed,
    int_journey_turnouts.ces,
    int_journey_turnouts.ces_ci_low,
    int_journey_turnouts.ces_ci_high
from int_journey_turnouts
where int_journey_turnouts.cut = 'stage'
