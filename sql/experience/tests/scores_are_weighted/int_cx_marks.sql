select
    'touchpoint' as survey_type,
    case
        when numbers.n <= 20 then numbers.n
        when numbers.n <= 38 then 100 + numbers.n
        when numbers.n = 39 then 396
        when numbers.n = 40 then 398
    end as customer_no,
    cast(12 * 2025 + 6 as bigint) as month_no,
    'csat' as metric,
    cast(
        case
            when numbers.n <= 10 then 1
            when numbers.n between 21 and 34 then 1
            when numbers.n in (39, 40) then 1
            else 0
        end as bigint
    ) as sum_1,
    cast(0 as bigint) as sum_2
from (select cast(unnest(range(1, 43)) as bigint) as n) as numbers
