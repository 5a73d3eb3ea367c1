select
    cast(1 as bigint) as customer_no,
    'high x low' as value_segment,
    true as is_current
