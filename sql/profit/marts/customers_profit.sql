-- Grain: one row per person known by as_of. Extends customers.
-- What the customer brought less everything the customer cost: in all, and in the last 12 months. Null where too little
-- of the cost is known.

select
    int_customer_profiles.customer_key,
    case when int_customer_profit.has_known_profit then money(int_customer_profit.contribution_minor) end
        as contribution_profit,
    case when int_customer_profit.has_known_profit_12m then money(int_customer_profit.contribution_12m_minor) end
        as contribution_profit_12m,
    cast(int_customer_profit.lines - int_customer_profit.lines_without_cost as double)
    / nullif(cast(int_customer_profit.lines as double), 0.0) as known_cost_share
from int_customer_profiles
inner join int_customer_profit
    on int_customer_profiles.customer_no = int_customer_profit.customer_no
