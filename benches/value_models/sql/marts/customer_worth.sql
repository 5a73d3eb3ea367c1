-- Grain: one row per customer.
-- Purpose: the predictions that the other libraries make too.
with scored as (
    select
        stg_customers.customer_id,
        stg_customers.frequency,
        stg_customers.recency,
        stg_customers.age,
        int_fits.purchase_fit,
        expected_spend(int_fits.spend_fit, stg_customers.frequency, stg_customers.spend) as expected_spend
    from stg_customers
    cross join int_fits
)

select
    scored.customer_id,
    p_alive(scored.purchase_fit, scored.frequency, scored.recency, scored.age) as p_alive,
    expected_purchases(scored.purchase_fit, scored.frequency, scored.recency, scored.age, 365) as expected_purchases,
    scored.expected_spend,
    clv(scored.purchase_fit, scored.frequency, scored.recency, scored.age, scored.expected_spend, 360, 0.1, 30) as clv
from scored
