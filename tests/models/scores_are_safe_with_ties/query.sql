select *
from int_customer_rfm
order by int_customer_rfm.customer_no
