with persons as (

    select unnest(range(1, 301)) as i

),

scores as (

    select
        persons.i,
        cast((persons.i * persons.i * 37 + persons.i * 11) % 101 as double) as support,
        cast((persons.i * persons.i * persons.i * 53 + persons.i * 7) % 97 as double) as delivery,
        cast((persons.i * persons.i * 29 + persons.i * 5) % 83 as double) as billing,
        cast((persons.i * persons.i * persons.i * 71 + persons.i * 3) % 89 as double) as noise
    from persons

)

select
    'nps' as target,
    'journeys' as driver_set,
    3 * scores.support + scores.delivery + scores.noise as target_value,
    make_array(
        scores.support, scores.delivery, scores.billing, scores.support / 2, 50.0,
        case when scores.i <= 29 then scores.noise end,
        null, null, null, null, null, null, null, null, null
    ) as drivers
from scores

union all

select
    'retention_12m' as target,
    'journeys' as driver_set,
    scores.delivery + scores.noise as target_value,
    make_array(
        case when scores.i % 2 = 0 then scores.support end,
        case when scores.i % 3 > 0 then scores.delivery end,
        -- Never answered together with support, so their correlation is unknown
        case when scores.i % 2 = 1 then scores.billing end,
        null, null, null, null, null, null, null, null, null, null, null, null
    ) as drivers
from scores
