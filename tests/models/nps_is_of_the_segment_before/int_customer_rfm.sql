select
    cast(persons.customer_no as bigint) as customer_no,
    false as is_current,
    'loyal' as rfm_segment
from (select cast(unnest(range(1, 11)) as bigint) as customer_no) as persons

union all

select
    cast(persons.customer_no as bigint) as customer_no,
    true as is_current,
    'champion' as rfm_segment
from (select cast(unnest(range(1, 11)) as bigint) as customer_no) as persons
