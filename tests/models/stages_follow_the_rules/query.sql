select
    int_customer_stages.customer_no,
    int_customer_stages.stage,
    int_customer_stages.entry_reason,
    to_timestamp_seconds(int_customer_stages.entered_at / 1000000) as began_at,
    to_timestamp_seconds(int_customer_stages.left_at / 1000000) as ended_at
from int_customer_stages
order by int_customer_stages.customer_no, began_at
