-- Grain: one row per person known by as_of. Extends customers.
-- What the customer brought less everything the customer cost: in all, and in the last 12 months.

select
    int_customer_profiles.customer_key,
    money(int_customer_profit.contribution_minor) as contribution_profit,
    money(int_customer_profit.contribution_12m_minor) as contribution_profit_12m
from int_customer_profiles
inner join int_customer_profit
    on int_customer_profiles.customer_no = int_customer_profit.customer_no
