-- Grain: one row per person with an order.
-- What the value figures are made of: purchase days and the days between them, orders and their margin,
-- and the contribution profit of the last 12 months (without acquisition cost, which was spent once).

select
    int_customer_purchases.customer_no,
    int_customer_purchases.order_count,
    int_customer_purchases.purchase_days - 1 as frequency,
    $as_of - int_customer_purchases.last_purchase_date as recency_days,
    $as_of - int_customer_purchases.first_purchase_date as age_days,
    int_customer_purchases.last_purchase_date - int_customer_purchases.first_purchase_date as active_days,
    int_customer_purchases.first_purchase_at,
    int_customer_purchases.last_purchase_at,
    int_customer_purchases.net_minor,
    int_customer_purchases.net_minor - int_customer_purchases.cost_of_goods_minor as margin_minor,
    int_customer_purchases.gross_margin_12m_minor - coalesce(int_customer_service.cost_to_serve_12m_minor, 0)
        as contribution_12m_minor
from int_customer_purchases
left join int_customer_service
    on int_customer_purchases.customer_no = int_customer_service.customer_no
where
    int_customer_purchases.customer_no > 0
    and int_customer_purchases.order_count > 0
