select
    int_customer_expectations.customer_no,
    round(int_customer_expectations.p_alive, 6) as p_alive,
    round(int_customer_expectations.expected_orders_12m, 6) as expected_orders_12m,
    int_customer_expectations.expected_order_margin_minor,
    int_customer_expectations.expected_margin_12m_minor
from int_customer_expectations
order by int_customer_expectations.customer_no
