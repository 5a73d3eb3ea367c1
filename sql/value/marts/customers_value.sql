-- Grain: one row per person known by as_of. Extends customers.
-- What buyers are and could be worth. Everybody else is in segment 'no purchase', and in tier none.

select
    int_customer_profiles.customer_key,
    coalesce(int_customer_values.value_tier, 'none') as value_tier,
    coalesce(int_customer_values.potential_tier, 'none') as potential_tier,
    coalesce(int_customer_values.value_segment, 'no purchase') as value_segment,
    int_customer_rfm.recency_score,
    int_customer_rfm.frequency_score,
    int_customer_rfm.monetary_score,
    coalesce(int_customer_rfm.rfm_segment, 'no purchase') as rfm_segment,
    int_customer_values.p_alive,
    int_customer_values.expected_orders_12m,
    case when int_profit_basis.basis <> 'net_revenue' then money(int_customer_values.expected_margin_12m_minor) end
        as expected_margin_12m,
    case when int_profit_basis.basis <> 'net_revenue' then money(int_customer_lifetimes.clv_minor) end as clv,
    int_profit_basis.basis as value_basis
from int_customer_profiles
cross join int_profit_basis
left join int_customer_values
    on
        int_customer_profiles.customer_no = int_customer_values.customer_no
        and int_customer_values.is_current
left join int_customer_lifetimes
    on int_customer_profiles.customer_no = int_customer_lifetimes.customer_no
left join int_customer_rfm
    on
        int_customer_profiles.customer_no = int_customer_rfm.customer_no
        and int_customer_rfm.is_current
