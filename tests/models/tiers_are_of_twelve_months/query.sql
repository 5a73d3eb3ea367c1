select
    int_customer_values.customer_no,
    int_customer_values.value_12m_minor,
    int_customer_values.value_tier,
    int_customer_values.value_level,
    int_customer_values.value_segment,
    value_tiers.tier_rank,
    value_tiers.from_amount,
    value_tiers.customers
from int_customer_values
inner join value_tiers
    on
        int_customer_values.value_tier = value_tiers.tier
        and value_tiers.measure = 'value'
order by int_customer_values.customer_no
