-- Grain: one row per journey ('all': all together), population and metric.
-- Which rows of the comparison are hidden. A row is where either side has fewer than $suppression_limit, so that it
-- cannot be computed from the journey's total; where all but so few answers are about journeys with several
-- touchpoints; and, where the hidden ones of a side are together fewer than the limit, the journey with the fewest
-- others on that side, else 'all' less the shown ones would give them away.

with populations as (

    select
        int_journey_contrasts.journey,
        int_journey_contrasts.metric,
        max(int_journey_contrasts.n_1) as all_n_1
    from int_journey_contrasts
    where int_journey_contrasts.population = 'all'
    group by
        int_journey_contrasts.journey,
        int_journey_contrasts.metric

),

sized as (

    select
        int_journey_contrasts.journey,
        int_journey_contrasts.population,
        int_journey_contrasts.metric,
        case when int_journey_contrasts.journey = 'all' then 0 else 1 end as is_part,
        int_journey_contrasts.n_1,
        int_journey_contrasts.n_2,
        int_journey_contrasts.n_1 between 1 and $suppression_limit - 1
        or int_journey_contrasts.n_2 between 1 and $suppression_limit - 1
        or (
            int_journey_contrasts.population <> 'all'
            and int_journey_contrasts.metric in ('csat', 'ces', 'nps')
            and populations.all_n_1 - int_journey_contrasts.n_1 between 1 and $suppression_limit - 1
        ) as is_small
    from int_journey_contrasts
    inner join populations
        on
            int_journey_contrasts.journey = populations.journey
            and int_journey_contrasts.metric = populations.metric

),

ranked as (

    select
        sized.journey,
        sized.population,
        sized.metric,
        sized.is_part,
        sized.n_1,
        sized.n_2,
        sized.is_small,
        sum(case when sized.is_small then sized.n_1 else 0 end) over (
            partition by sized.population, sized.metric, sized.is_part
        ) as hidden_1,
        sum(case when sized.is_small then sized.n_2 else 0 end) over (
            partition by sized.population, sized.metric, sized.is_part
        ) as hidden_2,
        row_number() over (
            partition by sized.population, sized.metric, sized.is_part, sized.is_small, sized.n_1 = 0
            order by sized.n_1, sized.journey
        ) as rank_1,
        row_number() over (
            partition by sized.population, sized.metric, sized.is_part, sized.is_small, sized.n_2 = 0
            order by sized.n_2, sized.journey
        ) as rank_2
    from sized

)

select
    ranked.journey,
    ranked.population,
    ranked.metric,
    ranked.is_small
    or (
        ranked.is_part = 1
        and (
            (ranked.hidden_1 between 1 and $suppression_limit - 1 and ranked.n_1 > 0 and ranked.rank_1 = 1)
            or (ranked.hidden_2 between 1 and $suppression_limit - 1 and ranked.n_2 > 0 and ranked.rank_2 = 1)
        )
    ) as is_suppressed
from ranked
