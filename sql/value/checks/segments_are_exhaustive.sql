-- Law 7: every customer is in exactly one value tier, segment and RFM segment, and the buyers among them are exactly
-- those of customer_values, in the same segment. Returns the customers who differ.

select
    customers.customer_key,
    customers.value_tier,
    customers.value_segment,
    customer_values.value_segment as value_segment_in_values,
    customers.rfm_segment,
    customers.order_count
from customers
left join customer_values
    on customers.customer_key = customer_values.customer_key
where
    customers.value_tier is null
    or customers.value_segment is null
    or customers.rfm_segment is null
    or customers.value_segment <> coalesce(customer_values.value_segment, 'no purchase')
    or (customers.order_count > 0) <> (customer_values.customer_key is not null)
    or (customers.order_count > 0) <> (customers.recency_score is not null)
    or (customers.order_count > 0) <> (customers.rfm_segment <> 'no purchase')
