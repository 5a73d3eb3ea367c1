-- Grain: one row per journey, whether it went through several channels, and whether it has several touchpoints.
-- Everything that the comparison of one-channel with multi-channel journeys is computed from, as totals. Durations are
-- in tenths of an hour, of journeys to which nothing can be added any more, as are completions and repeats; purchases
-- are asked of journeys 90 days after their end.

with facts as (

    select
        int_journey_facts.journey,
        int_journey_facts.is_multichannel,
        int_journey_facts.is_several,
        int_journey_facts.is_over,
        int_journey_facts.is_completed,
        int_journey_facts.is_mature,
        int_journey_facts.has_purchase,
        int_journey_facts.two_way,
        (int_journey_facts.duration_us + 180000000) / 360000000 as tenths
    from int_journey_facts

),

behaviour as (

    select
        facts.journey,
        facts.is_multichannel,
        facts.is_several,
        count(*) as journeys,
        sum(case when facts.is_over then 1 else 0 end) as closed,
        sum(case when facts.is_over and facts.is_completed is not null then 1 else 0 end) as completable,
        sum(case when facts.is_over and facts.is_completed then 1 else 0 end) as completed,
        sum(case when facts.is_mature then 1 else 0 end) as mature,
        sum(case when facts.is_mature and facts.has_purchase then 1 else 0 end) as purchases,
        sum(case when facts.is_over and facts.two_way > 0 then 1 else 0 end) as served,
        sum(case when facts.is_over and facts.two_way > 1 then 1 else 0 end) as repeated,
        sum(case when facts.is_over then facts.tenths else 0 end) as tenths,
        sum(case when facts.is_over then facts.tenths * facts.tenths else 0 end) as tenths_squared
    from facts
    group by
        facts.journey,
        facts.is_multichannel,
        facts.is_several

),

scores as (

    select
        int_journey_opinions.journey,
        int_journey_opinions.is_multichannel,
        int_journey_opinions.is_several,
        count(int_journey_opinions.nps) as nps_responses,
        sum(case when int_journey_opinions.nps >= 9 then 1 else 0 end) as promoters,
        sum(case when int_journey_opinions.nps <= 6 then 1 else 0 end) as detractors,
        count(int_journey_opinions.csat) as csat_responses,
        sum(case when int_journey_opinions.csat >= 4 then 1 else 0 end) as satisfied,
        count(int_journey_opinions.ces) as ces_responses,
        sum(case when int_journey_opinions.ces >= 5 then 1 else 0 end) as easy
    from int_journey_opinions
    group by
        int_journey_opinions.journey,
        int_journey_opinions.is_multichannel,
        int_journey_opinions.is_several

)

select
    behaviour.journey,
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
        behaviour.journey = scores.journey
        and behaviour.is_multichannel = scores.is_multichannel
        and behaviour.is_several = scores.is_several
