select
    cast(t.customer_no as bigint) as customer_no,
    t.first_purchase_date
from (
    select
        unnest(range(1, 100)) as customer_no,
        cast('2022-03-01' as date) as first_purchase_date

    union all

    select
        100 as customer_no,
        cast('2024-01-01' as date) as first_purchase_date

    union all

    select
        unnest(range(101, 301)) as customer_no,
        cast('2024-01-02' as date) as first_purchase_date

    union all

    select
        301 as customer_no,
        cast(null as date) as first_purchase_date

    union all

    select
        0 as customer_no,
        cast('2022-01-05' as date) as first_purchase_date
) as t
