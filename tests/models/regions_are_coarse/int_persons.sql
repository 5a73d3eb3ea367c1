select distinct
    int_customer_records.customer_no,
    concat('k', lpad(cast(int_customer_records.customer_no as varchar), 2, '0')) as customer_key
from int_customer_records
