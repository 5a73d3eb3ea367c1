-- Grain: one row per journey and path of the $journey_paths_shown most common ones, and one, 'other', for the rest.
-- How customers go: the most common paths of each journey, how many complete it and buy within 90 days, and what they
-- say.

select
    int_journey_turnouts.journey,
    case
        when int_journey_turnouts.path_rank > 0 then int_journey_turnouts.path_rank else $journey_paths_shown + 1
    end as path_rank,
    coalesce(int_journey_turnouts.path, 'other') as path,
    int_journey_turnouts.journeys,
    cast(int_journey_turnouts.journeys as double)
    / cast(sum(int_journey_turnouts.journeys) over (partition by int_journey_turnouts.journey) as double) as share,
    int_journey_turnouts.completion_journeys,
    int_journey_turnouts.completion_rate,
    int_journey_turnouts.completion_ci_low,
    int_journey_turnouts.completion_ci_high,
    int_journey_turnouts.conversion_journeys,
    int_journey_turnouts.conversion,
    int_journey_turnouts.conversion_ci_low,
    int_journey_turnouts.conversion_ci_high,
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
where int_journey_turnouts.cut = 'path'
