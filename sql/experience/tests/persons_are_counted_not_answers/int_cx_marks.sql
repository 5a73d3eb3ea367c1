select
    cast(t.respondent_no as bigint) as respondent_no,
    case when t.respondent_no > 0 then cast(t.respondent_no as bigint) end as customer_no,
    'touchpoint' as survey_type,
    cast(12 * 2025 + t.month - 1 as bigint) as month_no,
    t.journey,
    t.journey as touchpoint,
    t.journey as touchpoint_journey,
    'web' as channel,
    cast(null as varchar) as store_id,
    'all the same' as segment,
    'use' as stage,
    'csat' as metric,
    t.journey as cell,
    cast(1 as bigint) as sum_1,
    cast(0 as bigint) as sum_2
from (
    values
    (1, 6, 'support'), (1, 6, 'support'), (1, 6, 'support'), (1, 6, 'support'), (1, 6, 'support'),
    (11, 6, 'returns'), (12, 6, 'returns'), (13, 6, 'returns'), (14, 6, 'returns'), (15, 6, 'returns'),
    (41, 3, 'delivery'), (42, 3, 'delivery'), (43, 3, 'delivery'),
    (-51, 3, 'delivery'), (-51, 3, 'delivery'), (-52, 3, 'delivery'), (-53, 3, 'delivery')
) as t (respondent_no, month, journey)

union all

select
    persons.respondent_no,
    persons.respondent_no as customer_no,
    'touchpoint' as survey_type,
    cast(12 * 2025 + months.column1 - 1 as bigint) as month_no,
    'purchase' as journey,
    'purchase' as touchpoint,
    'purchase' as touchpoint_journey,
    'web' as channel,
    cast(null as varchar) as store_id,
    'all the same' as segment,
    'use' as stage,
    'csat' as metric,
    'purchase' as cell,
    cast(1 as bigint) as sum_1,
    cast(0 as bigint) as sum_2
from (select cast(unnest(range(21, 41)) as bigint) as respondent_no) as persons
cross join (values (1), (6), (9), (10)) as months
where
    months.column1 < 9
    or persons.respondent_no < 26
