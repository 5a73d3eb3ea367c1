-- Grain: one row per journey, whether it went through several channels, and whether it has several touchpoints.
-- Everything that the comparison of one-channel with multi-channel journeys is computed from, as totals, from
-- int_journey_groups and int_journey_opinions.

with behaviour as (

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        sum(int_journey_groups.journeys) as journeys,
        sum(int_journey_groups.closed) as closed,
        sum(int_journey_groups.completable) as completable,
        sum(int_journey_groups.completed) as completed,
        sum(int_journey_groups.mature) as mature,
        sum(int_journey_groups.purchases) as purchases,
        sum(int_journey_groups.served) as served,
        sum(int_journey_groups.repeated) as repeated,
        sum(int_journey_groups.tenths) as tenths,
        sum(int_journey_groups.tenths_squared) as tenths_squared
    from int_journey_groups
    group by
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several

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
