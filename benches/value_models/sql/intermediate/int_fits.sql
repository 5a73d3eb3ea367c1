-- Grain: one row.
-- Purpose: the models fitted to all customers.
select
    purchase_fit($model, stg_customers.frequency, stg_customers.recency, stg_customers.age) as purchase_fit,
    gamma_gamma_fit(stg_customers.frequency, stg_customers.spend) as spend_fit
from stg_customers
