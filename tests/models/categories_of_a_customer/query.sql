select
    int_customer_categories.customer_no,
    int_customer_categories.category,
    int_customer_categories.first_ordered_date
from int_customer_categories
order by
    int_customer_categories.customer_no,
    int_customer_categories.category
