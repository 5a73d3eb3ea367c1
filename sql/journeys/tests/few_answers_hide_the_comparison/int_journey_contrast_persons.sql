select
    int_journey_contrasts.journey,
    int_journey_contrasts.population,
    int_journey_contrasts.metric,
    case
        when int_journey_contrasts.journey = 'billing' and int_journey_contrasts.metric = 'ces' then cast(4 as bigint)
        else int_journey_contrasts.n_1
    end as persons_1,
    int_journey_contrasts.n_2 as persons_2
from int_journey_contrasts

union all

select
    'support' as journey,
    'one touchpoint' as population,
    'csat' as metric,
    cast(2 as bigint) as persons_1,
    cast(0 as bigint) as persons_2
