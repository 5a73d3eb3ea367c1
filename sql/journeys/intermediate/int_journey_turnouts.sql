-- Grain: one row per journey, cut (path or stage) and item, as in int_journey_scores, with a journey.
-- How journeys turn out by path and by the lifecycle stage in which they began, and of all stages together: how
-- many, how many complete, buy within 90 days and call again, how long, and what they say. The item of a path is its
-- rank.

with sums as (

    select
        int_journey_facts.journey,
        int_journey_facts.path_rank,
        int_journey_facts.stage,
        grouping(int_journey_facts.path_rank) = 0 as is_path,
        grouping(int_journey_facts.stage) = 0 as is_stage,
        count(*) as journeys,
        sum(case when int_journey_facts.is_multichannel then 1 else 0 end) as multichannel,
        sum(case when int_journey_facts.is_over and int_journey_facts.is_completed is not null then 1 else 0 end)
            as completable,
        sum(case when int_journey_facts.is_over and int_journey_facts.is_completed then 1 else 0 end) as completed,
        sum(case when int_journey_facts.is_mature then 1 else 0 end) as mature,
        sum(case when int_journey_facts.is_mature and int_journey_facts.has_purchase then 1 else 0 end) as purchases,
        sum(case when int_journey_facts.is_over and int_journey_facts.two_way > 0 then 1 else 0 end) as served,
        sum(case when int_journey_facts.is_over and int_journey_facts.two_way > 1 then 1 else 0 end) as repeated,
        median(int_journey_facts.duration_us) as median_us
    from int_journey_facts
    group by
        -- The linter does not know grouping sets. -- noqa: disable=all
        grouping sets (
            (int_journey_facts.journey, int_journey_facts.path_rank),
            (int_journey_facts.journey, int_journey_facts.stage),
            int_journey_facts.journey
        ) -- noqa: enable=all

),

figured as (

    select
        sums.journey,
        case when sums.is_path then 'path' else 'stage' end as cut,
        case
            when sums.is_path then cast(sums.path_rank as varchar)
            when sums.is_stage then sums.stage
            else 'all'
        end as item,
        sums.path_rank,
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
    coalesce(figured.journey, 'unknown') as journey,
    figured.cut,
    figured.item,
    figured.path_rank,
    int_path_ranks.path,
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
        figured.journey = int_journey_scores.journey
        and figured.cut = int_journey_scores.cut
        and figured.item = int_journey_scores.item
left join int_path_ranks
    on
        figured.journey = int_path_ranks.journey
        and figured.path_rank = int_path_ranks.path_rank
        and int_path_ranks.path_rank > 0
