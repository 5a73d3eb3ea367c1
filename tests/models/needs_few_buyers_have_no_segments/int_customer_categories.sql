-- Each buyer bought one category.
select
    int_orders.customer_no,
    'category' as category,
    int_orders.ordered_date as first_ordered_date
from int_orders
