select
    'touchpoint' as survey_type,
    numbers.n as customer_no,
    case
        when numbers.n <= 100 then 'high'
        when numbers.n <= 395 then 'low'
        else 'medium'
    end as value_tier,
    case
        when numbers.n <= 100 then 'use'
        when numbers.n <= 395 then 'lapsed'
        when numbers.n <= 397 then 'use'
        else 'lapsed'
    end as stage
from (select cast(unnest(range(1, 401)) as bigint) as n) as numbers
