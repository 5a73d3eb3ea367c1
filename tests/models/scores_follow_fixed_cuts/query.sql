select
    int_customer_rfm.customer_no,
    int_customer_rfm.recency_score,
    int_customer_rfm.frequency_score,
    int_customer_rfm.monetary_score,
    int_customer_rfm.rfm_segment
from int_customer_rfm
order by int_customer_rfm.customer_no
