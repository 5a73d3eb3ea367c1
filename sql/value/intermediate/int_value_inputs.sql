-- Grain: one row per valuation date and person with an order by then.
-- The inputs of the value figures: the purchase history as purchase models define it (repeat purchase days, days from
-- first to last purchase, days from first purchase to the valuation), orders and their margin: revenue of unknown cost
-- at the margin of all customers, and net revenue instead where that is the measure of this run (int_profit_basis).
-- later_ is the period after the earlier valuation, for the holdout.

with buyers as (

    select
        int_customer_purchases.customer_no,
        int_customer_purchases.order_count,
        int_customer_purchases.purchase_days,
        int_customer_purchases.first_purchase_at,
        int_customer_purchases.last_purchase_at,
        int_customer_purchases.first_purchase_date,
        int_customer_purchases.last_purchase_date,
        int_customer_purchases.net_minor,
        case
            when int_profit_basis.basis = 'net_revenue' then int_customer_purchases.net_minor
            else
                int_customer_purchases.costed_net_minor - int_customer_purchases.cost_of_goods_minor
                + cast(
                    round(
                        (int_customer_purchases.net_minor - int_customer_purchases.costed_net_minor)
                        * int_profit_basis.margin_share
                    ) as bigint
                )
        end as margin_minor,
        int_customer_purchases.earlier_order_count,
        int_customer_purchases.earlier_purchase_days,
        int_customer_purchases.earlier_last_purchase_date,
        int_customer_purchases.earlier_net_minor,
        case
            when int_profit_basis.basis = 'net_revenue' then int_customer_purchases.earlier_net_minor
            else
                int_customer_purchases.earlier_costed_net_minor - int_customer_purchases.earlier_cost_of_goods_minor
                + cast(
                    round(
                        (int_customer_purchases.earlier_net_minor - int_customer_purchases.earlier_costed_net_minor)
                        * int_profit_basis.margin_share
                    ) as bigint
                )
        end as earlier_margin_minor
    from int_customer_purchases
    cross join int_profit_basis
    where
        int_customer_purchases.customer_no > 0
        and int_customer_purchases.order_count > 0

),

valuations as (

    -- Both valuations of a buyer in one pass over the buyers.
    select
        buyers.customer_no,
        int_valuation_dates.valuation_date,
        int_valuation_dates.is_current,
        buyers.first_purchase_at,
        buyers.last_purchase_at,
        buyers.first_purchase_date,
        case when int_valuation_dates.is_current then buyers.order_count else buyers.earlier_order_count end
            as order_count,
        case when int_valuation_dates.is_current then buyers.purchase_days else buyers.earlier_purchase_days end
            as purchase_days,
        case
            when int_valuation_dates.is_current then buyers.last_purchase_date
            else buyers.earlier_last_purchase_date
        end as last_purchase_date,
        case when int_valuation_dates.is_current then buyers.net_minor else buyers.earlier_net_minor end as net_minor,
        case when int_valuation_dates.is_current then buyers.margin_minor else buyers.earlier_margin_minor end
            as margin_minor,
        buyers.purchase_days - buyers.earlier_purchase_days as later_purchase_days,
        buyers.order_count - buyers.earlier_order_count as later_order_count,
        buyers.margin_minor - buyers.earlier_margin_minor as later_margin_minor
    from buyers
    cross join int_valuation_dates

)

select
    valuations.valuation_date,
    valuations.is_current,
    valuations.customer_no,
    valuations.order_count,
    valuations.purchase_days,
    valuations.purchase_days - 1 as frequency,
    valuations.last_purchase_date - valuations.first_purchase_date as recency_days,
    valuations.valuation_date - valuations.first_purchase_date as age_days,
    valuations.valuation_date - valuations.last_purchase_date as days_since_purchase,
    valuations.first_purchase_at,
    valuations.last_purchase_at,
    valuations.net_minor,
    valuations.margin_minor,
    case when not valuations.is_current then valuations.later_purchase_days end as later_purchase_days,
    case when not valuations.is_current then valuations.later_order_count end as later_order_count,
    case when not valuations.is_current then valuations.later_margin_minor end as later_margin_minor
from valuations
where valuations.order_count > 0
