-- Grain: one row per journey and path of the $journey_paths_shown most common ones, and one, 'other', for the rest.
-- How customers go: the most common paths of each journey, how many complete it and buy within 90 days, and what they
-- say.

with instances as (

    select
        int_journey_results.journey_no,
        int_path_ranks.path_rank,
        case when int_path_ranks.path_rank > 0 then int_journey_results.path_no end as path_no,
        int_journey_results.is_closed,
        int_journey_results.is_completed,
        int_journey_results.is_mature,
        int_journey_results.has_purchase,
        int_journey_results.ended_at - int_journey_results.started_at as duration_us
    from int_journey_results
    inner join int_path_ranks
        on
            int_journey_results.journey_no = int_path_ranks.journey_no
            and int_journey_results.path_no = int_path_ranks.path_no

),

paths as (

    select
        instances.journey_no,
        instances.path_rank,
        min(instances.path_no) as path_no,
        count(*) as journeys,
        sum(case when instances.is_closed and instances.is_completed is not null then 1 else 0 end) as completable,
        sum(case when instances.is_closed and instances.is_completed then 1 else 0 end) as completed,
        sum(case when instances.is_mature then 1 else 0 end) as mature,
        sum(case when instances.is_mature and instances.has_purchase then 1 else 0 end) as purchases,
        median(instances.duration_us) as median_us
    from instances
    group by
        instances.journey_no,
        instances.path_rank

),

figured as (

    select
        paths.journey_no,
        paths.path_rank,
        paths.path_no,
        paths.journeys,
        sum(paths.journeys) over (partition by paths.journey_no) as all_journeys,
        paths.completable,
        share_interval(paths.completed, paths.completable) as completion,
        paths.mature,
        share_interval(paths.purchases, paths.mature) as conversion,
        paths.median_us
    from paths

)

select
    int_journey_rules.journey,
    case when figured.path_rank > 0 then figured.path_rank else $journey_paths_shown + 1 end as path_rank,
    coalesce(int_journey_paths.path, 'other') as path,
    figured.journeys,
    cast(figured.journeys as double) / cast(figured.all_journeys as double) as share,
    figured.completable as completion_journeys,
    figured.completion['value'] as completion_rate,
    figured.completion['ci_low'] as completion_ci_low,
    figured.completion['ci_high'] as completion_ci_high,
    figured.mature as conversion_journeys,
    figured.conversion['value'] as conversion,
    figured.conversion['ci_low'] as conversion_ci_low,
    figured.conversion['ci_high'] as conversion_ci_high,
    cast(figured.median_us as double) / 3600000000.0 as median_duration_hours,
    coalesce(int_journey_scores.nps_responses, 0) as nps_responses,
    coalesce(int_journey_scores.is_nps_suppressed, false) as is_nps_suppressed,
    int_journey_scores.nps,
    int_journey_scores.nps_ci_low,
    int_journey_scores.nps_ci_high,
    coalesce(int_journey_scores.csat_responses, 0) as csat_responses,
    coalesce(int_journey_scores.is_csat_suppressed, false) as is_csat_suppressed,
    int_journey_scores.csat,
    int_journey_scores.csat_ci_low,
    int_journey_scores.csat_ci_high,
    coalesce(int_journey_scores.ces_responses, 0) as ces_responses,
    coalesce(int_journey_scores.is_ces_suppressed, false) as is_ces_suppressed,
    int_journey_scores.ces,
    int_journey_scores.ces_ci_low,
    int_journey_scores.ces_ci_high
from figured
inner join int_journey_rules
    on figured.journey_no = int_journey_rules.journey_no
left join int_journey_paths
    on figured.path_no = int_journey_paths.path_no
left join int_journey_scores
    on
        figured.journey_no = int_journey_scores.journey_no
        and int_journey_scores.cut = 'path'
        and cast(figured.path_rank as varchar) = int_journey_scores.item
