-- Grain: one row per person (0: unidentified) with an order or a return.
-- Purchase history in one row: totals, first and last purchase, number of days with a purchase, and the money of 12
-- months. Margin is that of the lines with a known cost (costed_net less cost of goods); order cost is payment and
-- delivery. Columns named earlier_ are the same $comparison_days before as_of, and later_ covers the time since,
-- computed in the same pass.

with days as (

    select
        int_orders.customer_no,
        int_orders.ordered_date,
        $as_of - int_orders.ordered_date >= $comparison_days as is_earlier,
        int_orders.ordered_date > $as_of - interval '12 months' as is_12m,
        $as_of - int_orders.ordered_date >= $comparison_days
        and int_orders.ordered_date > cast(cast($as_of as int) - cast($comparison_days as int) as date)
        - interval '12 months' as is_earlier_12m,
        sum(int_orders.is_order) as orders,
        min(case when int_orders.is_order = 1 then int_orders.ordered_at end) as first_purchase_at,
        max(case when int_orders.is_order = 1 then int_orders.ordered_at end) as last_purchase_at,
        sum(int_orders.gross_minor) as gross_minor,
        sum(int_orders.discounts_minor) as discounts_minor,
        sum(int_orders.returns_minor) as returns_minor,
        sum(int_orders.net_minor) as net_minor,
        sum(int_orders.costed_net_minor) as costed_net_minor,
        sum(int_orders.cost_of_goods_minor) as cost_of_goods_minor,
        sum(int_orders.payment_cost_minor) as payment_cost_minor,
        sum(int_orders.delivery_cost_minor) as delivery_cost_minor,
        sum(int_orders.lines) as lines,
        sum(int_orders.lines - int_orders.lines_with_cost) as lines_without_cost
    from int_orders
    group by
        int_orders.customer_no,
        int_orders.ordered_date

)

select
    days.customer_no,
    sum(days.orders) as order_count,
    min(days.first_purchase_at) as first_purchase_at,
    max(days.last_purchase_at) as last_purchase_at,
    count(case when days.orders > 0 then 1 end) as purchase_days,
    min(case when days.orders > 0 then days.ordered_date end) as first_purchase_date,
    max(case when days.orders > 0 then days.ordered_date end) as last_purchase_date,
    sum(days.gross_minor) as gross_minor,
    sum(days.discounts_minor) as discounts_minor,
    sum(days.returns_minor) as returns_minor,
    sum(days.net_minor) as net_minor,
    sum(days.costed_net_minor) as costed_net_minor,
    sum(days.cost_of_goods_minor) as cost_of_goods_minor,
    sum(days.payment_cost_minor) as payment_cost_minor,
    sum(days.delivery_cost_minor) as delivery_cost_minor,
    sum(days.lines) as lines,
    sum(days.lines_without_cost) as lines_without_cost,
    sum(case when days.is_12m then days.net_minor else 0 end) as net_12m_minor,
    sum(case when days.is_12m then days.costed_net_minor else 0 end) as costed_net_12m_minor,
    sum(case when days.is_12m then days.costed_net_minor - days.cost_of_goods_minor else 0 end) as margin_12m_minor,
    sum(case when days.is_12m then days.payment_cost_minor + days.delivery_cost_minor else 0 end)
        as order_cost_12m_minor,
    sum(case when days.is_12m then days.lines else 0 end) as lines_12m,
    sum(case when days.is_12m then days.lines_without_cost else 0 end) as lines_without_cost_12m,
    sum(
        case
            when not days.is_earlier
                then
                    days.costed_net_minor
                    - days.cost_of_goods_minor
                    - days.payment_cost_minor
                    - days.delivery_cost_minor
            else 0
        end
    ) as later_order_profit_minor,
    sum(case when days.is_earlier then days.orders else 0 end) as earlier_order_count,
    count(case when days.is_earlier and days.orders > 0 then 1 end) as earlier_purchase_days,
    max(case when days.is_earlier and days.orders > 0 then days.ordered_date end) as earlier_last_purchase_date,
    sum(case when days.is_earlier then days.net_minor else 0 end) as earlier_net_minor,
    sum(case when days.is_earlier then days.costed_net_minor else 0 end) as earlier_costed_net_minor,
    sum(case when days.is_earlier then days.cost_of_goods_minor else 0 end) as earlier_cost_of_goods_minor,
    sum(case when days.is_earlier_12m then days.net_minor else 0 end) as earlier_net_12m_minor,
    sum(case when days.is_earlier_12m then days.costed_net_minor else 0 end) as earlier_costed_net_12m_minor,
    sum(case when days.is_earlier_12m then days.costed_net_minor - days.cost_of_goods_minor else 0 end)
        as earlier_margin_12m_minor,
    sum(case when days.is_earlier_12m then days.payment_cost_minor + days.delivery_cost_minor else 0 end)
        as earlier_order_cost_12m_minor
from days
group by days.customer_no
