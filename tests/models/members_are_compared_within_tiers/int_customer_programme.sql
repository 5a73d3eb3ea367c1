select
    buyers.customer_no,
    buyers.orders * 500 as later_programme_cost_minor
from buyers
