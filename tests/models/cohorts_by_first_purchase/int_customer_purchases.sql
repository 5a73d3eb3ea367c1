select
    cast(column1 as bigint) as customer_no,
    cast(column2 as bigint) as order_count,
    cast(column3 as date) as first_purchase_date
from (values (1, 2, '2025-10-05'), (2, 1, '2025-10-31'), (3, 0, cast(null as varchar))) as persons
