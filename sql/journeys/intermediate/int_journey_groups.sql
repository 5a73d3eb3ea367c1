-- Grain: one row per journey, whether it went through several channels, whether it has several touchpoints, and group
-- of persons (the last two characters of customer_key).
-- What journeys turned out like, as totals. Durations are in tenths of an hour, of journeys to which nothing can be
-- added any more, as are completions and repeats; purchases are asked of journeys 90 days after their end. The groups
-- with such a journey are at most as many as the persons, and cost much less to count: that is enough for suppression.

with facts as (

    select
        int_journey_facts.journey,
        int_journey_facts.is_multichannel,
        int_journey_facts.is_several,
        int_journey_facts.person_group,
        int_journey_facts.is_over,
        int_journey_facts.is_completed,
        int_journey_facts.is_mature,
        int_journey_facts.has_purchase,
        int_journey_facts.two_way,
        (int_journey_facts.duration_us + 180000000) / 360000000 as tenths
    from int_journey_facts

)

select
    facts.journey,
    facts.is_multichannel,
    facts.is_several,
    facts.person_group,
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
    facts.is_several,
    facts.person_group
