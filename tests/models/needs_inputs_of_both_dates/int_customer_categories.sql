-- Customer 1: two categories on the day of the anchor, one more the day after. Customer 2: none.
select
    cast(t.customer_no as bigint) as customer_no,
    t.category,
    cast(t.first_ordered_date as date) as first_ordered_date
from (
    values
    (1, 'books', '2025-01-01'), (1, 'garden', '2025-01-01'), (1, 'toys', '2025-01-02'), (3, 'toys', '2025-06-01')
) as t (customer_no, category, first_ordered_date)
