select
    buyers.customer_no,
    buyers.orders * 1500 as later_cost_to_serve_minor
from buyers
