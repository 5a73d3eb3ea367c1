-- Grain: one row per valuation date and person with an order by then.
-- What a customer brought in the 12 months until the valuation, by the measure of this run (int_profit_basis).

with buyers as (

    select
        int_customer_purchases.customer_no,
        int_customer_purchases.order_count,
        int_customer_purchases.earlier_order_count,
        int_customer_profit.value_12m_minor,
        int_customer_profit.earlier_value_12m_minor
    from int_customer_purchases
    inner join int_customer_profit
        on int_customer_purchases.customer_no = int_customer_profit.customer_no
    where int_customer_purchases.customer_no > 0

)

select
    int_valuation_dates.valuation_date,
    buyers.customer_no,
    case
        when int_valuation_dates.is_current then buyers.value_12m_minor
        else buyers.earlier_value_12m_minor
    end as value_12m_minor
from buyers
cross join int_valuation_dates
where
    case when int_valuation_dates.is_current then buyers.order_count else buyers.earlier_order_count end > 0
