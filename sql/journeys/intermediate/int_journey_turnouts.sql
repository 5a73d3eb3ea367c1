-- Grain: one row per journey, cut (path or stage) and item, as in int_journey_scores, with a journey.
-- How journeys turn out by path and by the lifecycle stage in which they began, and of all stages together: how
-- many, how many complete, buy within 90 days and call again, how long, and what they say. The item of a path is its
-- rank.

with cuts as (

    select column1 as cut
    from (values ('path'), ('stage'), ('all'))

),

instances as (

    select
        int_journey_results.journey_no,
        cuts.cut,
        case when cuts.cut = 'path' then int_path_ranks.path_rank end as path_rank,
        case cuts.cut when 'stage' then coalesce(int_journey_results.stage, 'unknown') when 'all' then 'all' end
            as stage,
        int_journey_results.path_no,
        int_journey_results.is_closed,
        int_journey_results.is_completed,
        int_journey_results.is_mature,
        int_journey_results.has_purchase,
        int_journey_results.two_way,
        int_journey_results.channel_count,
        int_journey_results.ended_at - int_journey_results.started_at as duration_us
    from int_journey_results
    -- Every journey has a path that has a rank.
    left join int_path_ranks
        on
            int_journey_results.journey_no = int_path_ranks.journey_no
            and int_journey_results.path_no = int_path_ranks.path_no
    cross join cuts

),

sums as (

    select
        instances.journey_no,
        instances.path_rank,
        instances.stage,
        case when instances.path_rank > 0 then min(instances.path_no) end as path_no,
        count(*) as journeys,
        sum(case when instances.channel_count > 1 then 1 else 0 end) as multichannel,
        sum(case when instances.is_closed and instances.is_completed is not null then 1 else 0 end) as completable,
        sum(case when instances.is_closed and instances.is_completed then 1 else 0 end) as completed,
        sum(case when instances.is_mature then 1 else 0 end) as mature,
        sum(case when instances.is_mature and instances.has_purchase then 1 else 0 end) as purchases,
        sum(case when instances.is_closed and instances.two_way > 0 then 1 else 0 end) as served,
        sum(case when instances.is_closed and instances.two_way > 1 then 1 else 0 end) as repeated,
        median(instances.duration_us) as median_us
    from instances
    group by
        instances.journey_no,
        instances.cut,
        instances.path_rank,
        instances.stage

),

figured as (

    select
        sums.journey_no,
        case when sums.path_rank is not null then 'path' else 'stage' end as cut,
        coalesce(cast(sums.path_rank as varchar), sums.stage) as item,
        sums.path_rank,
        sums.path_no,
        sums.journeys,
        sums.multichannel,
        sums.completable,
        share_interval(sums.completed, sums.completable) as completion,
        sums.mature,
        share_interval(sums.purchases, sums.mature) as conversion,
        sums.served,
        share_interval(sums.repeated, sums.served) as repeats,
        sums.median_us
    from sums

)

select
    figured.journey_no,
    figured.cut,
    figured.item,
    figured.path_rank,
    figured.path_no,
    figured.journeys,
    cast(figured.multichannel as double) / cast(figured.journeys as double) as multichannel_share,
    figured.completable as completion_journeys,
    figured.completion['value'] as completion_rate,
    figured.completion['ci_low'] as completion_ci_low,
    figured.completion['ci_high'] as completion_ci_high,
    figured.mature as conversion_journeys,
    figured.conversion['value'] as conversion,
    figured.conversion['ci_low'] as conversion_ci_low,
    figured.conversion['ci_high'] as conversion_ci_high,
    figured.served as served_journeys,
    figured.repeats['value'] as repeat_contact_rate,
    figured.repeats['ci_low'] as repeat_contact_ci_low,
    figured.repeats['ci_high'] as repeat_contact_ci_high,
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
left join int_journey_scores
    on
        figured.journey_no = int_journey_scores.journey_no
        and figured.cut = int_journey_scores.cut
        and figured.item = int_journey_scores.item
