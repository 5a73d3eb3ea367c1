select
    cast(buyers.customer_no as bigint) as customer_no,
    cast('2023-03-01' as date) as ordered_date,
    case buyers.customer_no % 3
        when 0 then 'store'
        when 1 then 'web'
        else 'app'
    end as channel,
    cast(1 as bigint) as is_order,
    cast(1 as bigint) as lines,
    cast(10000 as bigint) as gross_minor,
    cast(buyers.customer_no % 3 * 1000 as bigint) as discounts_minor,
    cast(0 as bigint) as returns_minor
from (select unnest(range(1, 100)) as customer_no) as buyers
