-- Grain: one row per journey, whether it went through several channels, and whether it has several touchpoints.
-- Everything that the comparison of one-channel with multi-channel journeys is reckoned from, as totals. Durations are
-- in tenths of an hour, of journeys to which nothing can be added any more, as are completions and repeats; purchases
-- are asked of journeys 90 days after their end.

with instances as (

    select
        int_journey_results.journey_no,
        int_journey_results.channel_count > 1 as is_multichannel,
        int_journey_results.touchpoints > 1 as is_several,
        int_journey_results.is_closed,
        int_journey_results.is_completed,
        int_journey_results.is_mature,
        int_journey_results.has_purchase,
        int_journey_results.two_way,
        (int_journey_results.ended_at - int_journey_results.started_at + 180000000) / 360000000 as tenths
    from int_journey_results

),

behaviour as (

    select
        instances.journey_no,
        instances.is_multichannel,
        instances.is_several,
        count(*) as journeys,
        sum(case when instances.is_closed then 1 else 0 end) as closed,
        sum(case when instances.is_closed and instances.is_completed is not null then 1 else 0 end) as completable,
        sum(case when instances.is_closed and instances.is_completed then 1 else 0 end) as completed,
        sum(case when instances.is_mature then 1 else 0 end) as mature,
        sum(case when instances.is_mature and instances.has_purchase then 1 else 0 end) as purchases,
        sum(case when instances.is_closed and instances.two_way > 0 then 1 else 0 end) as served,
        sum(case when instances.is_closed and instances.two_way > 1 then 1 else 0 end) as repeated,
        sum(case when instances.is_closed then instances.tenths else 0 end) as tenths,
        sum(case when instances.is_closed then instances.tenths * instances.tenths else 0 end) as tenths_squared
    from instances
    group by
        instances.journey_no,
        instances.is_multichannel,
        instances.is_several

),

answers as (

    select
        int_journey_results.journey_no,
        int_journey_results.channel_count > 1 as is_multichannel,
        int_journey_results.touchpoints > 1 as is_several,
        int_journey_answers.nps,
        int_journey_answers.csat,
        int_journey_answers.ces
    from int_journey_answers
    inner join int_journey_results
        on int_journey_answers.instance_no = int_journey_results.instance_no

),

scores as (

    select
        answers.journey_no,
        answers.is_multichannel,
        answers.is_several,
        count(answers.nps) as nps_responses,
        sum(case when answers.nps >= 9 then 1 else 0 end) as promoters,
        sum(case when answers.nps <= 6 then 1 else 0 end) as detractors,
        count(answers.csat) as csat_responses,
        sum(case when answers.csat >= 4 then 1 else 0 end) as satisfied,
        count(answers.ces) as ces_responses,
        sum(case when answers.ces >= 5 then 1 else 0 end) as easy
    from answers
    group by
        answers.journey_no,
        answers.is_multichannel,
        answers.is_several

)

select
    behaviour.journey_no,
    behaviour.is_multichannel,
    behaviour.is_several,
    behaviour.journeys,
    behaviour.closed,
    behaviour.completable,
    behaviour.completed,
    behaviour.mature,
    behaviour.purchases,
    behaviour.served,
    behaviour.repeated,
    behaviour.tenths,
    behaviour.tenths_squared,
    coalesce(scores.nps_responses, 0) as nps_responses,
    coalesce(scores.promoters, 0) as promoters,
    coalesce(scores.detractors, 0) as detractors,
    coalesce(scores.csat_responses, 0) as csat_responses,
    coalesce(scores.satisfied, 0) as satisfied,
    coalesce(scores.ces_responses, 0) as ces_responses,
    coalesce(scores.easy, 0) as easy
from behaviour
left join scores
    on
        behaviour.journey_no = scores.journey_no
        and behaviour.is_multichannel = scores.is_multichannel
        and behaviour.is_several = scores.is_several
