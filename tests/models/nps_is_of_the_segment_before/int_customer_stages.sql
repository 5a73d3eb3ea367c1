-- The promoters move to advocacy at the instant of the answer.
select
    cast(persons.customer_no as bigint) as customer_no,
    'cultivation' as stage,
    cast(arrow_cast('2024-01-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    case
        when persons.customer_no <= 6
            then cast(arrow_cast('2025-06-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint)
    end as left_at
from (select cast(unnest(range(1, 12)) as bigint) as customer_no) as persons

union all

select
    cast(persons.customer_no as bigint) as customer_no,
    'advocacy' as stage,
    cast(arrow_cast('2025-06-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    cast(null as bigint) as left_at
from (select cast(unnest(range(1, 7)) as bigint) as customer_no) as persons

union all

select
    cast(persons.customer_no as bigint) as customer_no,
    'use' as stage,
    cast(arrow_cast('2024-01-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as bigint) as entered_at,
    cast(null as bigint) as left_at
from (select cast(unnest(range(13, 18)) as bigint) as customer_no) as persons
