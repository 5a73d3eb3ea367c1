-- Grain: one row per journey and lifecycle stage in which it began, and one, 'all', per journey.
-- Which journeys customers go through where in the lifecycle, and how these turn out there.

with scopes as (

    select column1 as scope
    from (values ('own'), ('all'))

),

instances as (

    select
        int_journey_results.journey_no,
        case when scopes.scope = 'own' then coalesce(int_journey_results.stage, 'unknown') else 'all' end as stage,
        int_journey_results.is_closed,
        int_journey_results.is_completed,
        int_journey_results.is_mature,
        int_journey_results.has_purchase,
        int_journey_results.two_way,
        int_journey_results.channel_count,
        int_journey_results.ended_at - int_journey_results.started_at as duration_us
    from int_journey_results
    cross join scopes

),

stages as (

    select
        instances.journey_no,
        instances.stage,
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
        instances.stage

),

figured as (

    select
        stages.journey_no,
        stages.stage,
        stages.journeys,
        stages.multichannel,
        stages.completable,
        share_interval(stages.completed, stages.completable) as completion,
        stages.mature,
        share_interval(stages.purchases, stages.mature) as conversion,
        stages.served,
        share_interval(stages.repeated, stages.served) as repeats,
        stages.median_us
    from stages

)

select
    int_journey_rules.journey,
    figured.stage as lifecycle_stage,
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
inner join int_journey_rules
    on figured.journey_no = int_journey_rules.journey_no
left join int_journey_scores
    on
        figured.journey_no = int_journey_scores.journey_no
        and int_journey_scores.cut = 'stage'
        and figured.stage = int_journey_scores.item
