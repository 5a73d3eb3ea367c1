-- Grain: one row per journey ('all': all together), population and metric.
-- Which rows of the comparison are hidden, and why. A row is where either side has fewer than $suppression_limit
-- persons, so that it cannot be computed from the journey's total; where the answers of so few persons about journeys
-- of one touchpoint would follow from the two populations; and, where another journey is hidden for its own persons on
-- a side, the journey with the fewest persons of the others on that side, else 'all' less the shown ones would give it
-- away.

with singles as (

    select
        int_journey_contrast_persons.journey,
        int_journey_contrast_persons.metric,
        int_journey_contrast_persons.persons_1
    from int_journey_contrast_persons
    where int_journey_contrast_persons.population = 'one touchpoint'

),

sized as (

    select
        int_journey_contrasts.journey,
        int_journey_contrasts.population,
        int_journey_contrasts.metric,
        case when int_journey_contrasts.journey = 'all' then 0 else 1 end as is_part,
        coalesce(int_journey_contrast_persons.persons_1, 0) as persons_1,
        coalesce(int_journey_contrast_persons.persons_2, 0) as persons_2,
        coalesce(int_journey_contrast_persons.persons_1, 0) between 1 and $suppression_limit - 1 as is_small_1,
        coalesce(int_journey_contrast_persons.persons_2, 0) between 1 and $suppression_limit - 1 as is_small_2,
        int_journey_contrasts.population <> 'all'
        and int_journey_contrasts.metric in ('csat', 'ces', 'nps')
        and coalesce(singles.persons_1, 0) between 1 and $suppression_limit - 1 as is_rest_small
    from int_journey_contrasts
    left join int_journey_contrast_persons
        on
            int_journey_contrasts.journey = int_journey_contrast_persons.journey
            and int_journey_contrasts.population = int_journey_contrast_persons.population
            and int_journey_contrasts.metric = int_journey_contrast_persons.metric
    left join singles
        on
            int_journey_contrasts.journey = singles.journey
            and int_journey_contrasts.metric = singles.metric

),

ranked as (

    select
        sized.journey,
        sized.population,
        sized.metric,
        sized.is_part,
        sized.persons_1,
        sized.persons_2,
        sized.is_small_1 or sized.is_small_2 as has_few_persons,
        sized.is_small_1 or sized.is_small_2 or sized.is_rest_small as is_hidden,
        -- One hidden row with enough persons protects the others: they follow only together with it.
        max(
            case when sized.is_small_1 or sized.is_small_2 or sized.is_rest_small then sized.persons_1 else 0 end
        ) over (partition by sized.population, sized.metric, sized.is_part) as most_hidden_1,
        max(
            case when sized.is_small_1 or sized.is_small_2 or sized.is_rest_small then sized.persons_2 else 0 end
        ) over (partition by sized.population, sized.metric, sized.is_part) as most_hidden_2,
        row_number() over (
            partition by
                sized.population, sized.metric, sized.is_part,
                sized.is_small_1 or sized.is_small_2 or sized.is_rest_small, sized.persons_1 = 0
            order by sized.persons_1, sized.journey
        ) as rank_1,
        row_number() over (
            partition by
                sized.population, sized.metric, sized.is_part,
                sized.is_small_1 or sized.is_small_2 or sized.is_rest_small, sized.persons_2 = 0
            order by sized.persons_2, sized.journey
        ) as rank_2
    from sized

),

judged as (

    select
        ranked.journey,
        ranked.population,
        ranked.metric,
        ranked.has_few_persons,
        ranked.is_hidden
        or (
            ranked.is_part = 1
            and (
                (
                    ranked.most_hidden_1 between 1 and $suppression_limit - 1
                    and ranked.persons_1 > 0
                    and ranked.rank_1 = 1
                )
                or (
                    ranked.most_hidden_2 between 1 and $suppression_limit - 1
                    and ranked.persons_2 > 0
                    and ranked.rank_2 = 1
                )
            )
        ) as is_suppressed
    from ranked

)

select
    judged.journey,
    judged.population,
    judged.metric,
    judged.is_suppressed,
    case
        when judged.has_few_persons then 'few_persons'
        when judged.is_suppressed then 'complementary'
    end as suppressed_because
from judged
