-- Law 2: net revenue, its parts, cost of goods, payment and delivery are equal in the orders, in the months, in the
-- sum over customers, and in the breakdowns by channel, by product and by line (which have no payment and delivery).
-- Cost of goods is null in rows where too little of it is known: it is compared in tables where every row has one, and
-- in the models that they are cut from; net revenue of lines without a cost is compared in all. Returns the tables that
-- differ from the orders.

with totals as (

    select
        cast(coalesce(sum(int_orders.gross_minor), 0) as decimal(38, 2)) / 100 as gross_revenue,
        cast(coalesce(sum(int_orders.discounts_minor), 0) as decimal(38, 2)) / 100 as discounts,
        cast(coalesce(sum(int_orders.returns_minor), 0) as decimal(38, 2)) / 100 as returns,
        cast(coalesce(sum(int_orders.net_minor), 0) as decimal(38, 2)) / 100 as net_revenue,
        cast(coalesce(sum(int_orders.net_minor - int_orders.costed_net_minor), 0) as decimal(38, 2)) / 100
            as net_revenue_without_cost,
        cast(coalesce(sum(int_orders.cost_of_goods_minor), 0) as decimal(38, 2)) / 100 as cost_of_goods,
        cast(coalesce(sum(int_orders.payment_cost_minor), 0) as decimal(38, 2)) / 100 as payment_cost,
        cast(coalesce(sum(int_orders.delivery_cost_minor), 0) as decimal(38, 2)) / 100 as delivery_cost
    from int_orders

),

tables as (

    select
        'customer_months' as table_name,
        coalesce(sum(customer_months.gross_revenue), 0) as gross_revenue,
        coalesce(sum(customer_months.discounts), 0) as discounts,
        coalesce(sum(customer_months.returns), 0) as returns,
        coalesce(sum(customer_months.net_revenue), 0) as net_revenue,
        coalesce(sum(customer_months.net_revenue_without_cost), 0) as net_revenue_without_cost,
        case
            when count(customer_months.cost_of_goods) = count(*)
                then coalesce(sum(customer_months.cost_of_goods), 0)
        end as cost_of_goods,
        coalesce(sum(customer_months.payment_cost), 0) as payment_cost,
        coalesce(sum(customer_months.delivery_cost), 0) as delivery_cost
    from customer_months

    union all

    select
        'customer_profitability' as table_name,
        coalesce(sum(customer_profitability.gross_revenue), 0) as gross_revenue,
        coalesce(sum(customer_profitability.discounts), 0) as discounts,
        coalesce(sum(customer_profitability.returns), 0) as returns,
        coalesce(sum(customer_profitability.net_revenue), 0) as net_revenue,
        coalesce(sum(customer_profitability.net_revenue_without_cost), 0) as net_revenue_without_cost,
        case
            when count(customer_profitability.cost_of_goods) = count(*)
                then coalesce(sum(customer_profitability.cost_of_goods), 0)
        end as cost_of_goods,
        coalesce(sum(customer_profitability.payment_cost), 0) as payment_cost,
        coalesce(sum(customer_profitability.delivery_cost), 0) as delivery_cost
    from customer_profitability

    union all

    select
        'channel_profitability' as table_name,
        coalesce(sum(channel_profitability.gross_revenue), 0) as gross_revenue,
        coalesce(sum(channel_profitability.discounts), 0) as discounts,
        coalesce(sum(channel_profitability.returns), 0) as returns,
        coalesce(sum(channel_profitability.net_revenue), 0) as net_revenue,
        coalesce(sum(channel_profitability.net_revenue_without_cost), 0) as net_revenue_without_cost,
        case
            when count(channel_profitability.cost_of_goods) = count(*)
                then coalesce(sum(channel_profitability.cost_of_goods), 0)
        end as cost_of_goods,
        coalesce(sum(channel_profitability.payment_cost), 0) as payment_cost,
        coalesce(sum(channel_profitability.delivery_cost), 0) as delivery_cost
    from channel_profitability

    union all

    select
        'product_profitability' as table_name,
        coalesce(sum(product_profitability.gross_revenue), 0) as gross_revenue,
        coalesce(sum(product_profitability.discounts), 0) as discounts,
        coalesce(sum(product_profitability.returns), 0) as returns,
        coalesce(sum(product_profitability.net_revenue), 0) as net_revenue,
        coalesce(
            sum(case when product_profitability.cost_of_goods is null then product_profitability.net_revenue end), 0
        ) as net_revenue_without_cost,
        coalesce(sum(product_profitability.cost_of_goods), 0) as cost_of_goods,
        null as payment_cost,
        null as delivery_cost
    from product_profitability

    union all

    select
        'order_lines' as table_name,
        coalesce(sum(order_lines.gross_revenue), 0) as gross_revenue,
        coalesce(sum(order_lines.discounts), 0) as discounts,
        coalesce(sum(order_lines.returns), 0) as returns,
        coalesce(sum(order_lines.net_revenue), 0) as net_revenue,
        coalesce(sum(case when order_lines.cost_of_goods is null then order_lines.net_revenue end), 0)
            as net_revenue_without_cost,
        coalesce(sum(order_lines.cost_of_goods), 0) as cost_of_goods,
        null as payment_cost,
        null as delivery_cost
    from order_lines

    union all

    select
        'orders' as table_name,
        coalesce(sum(orders.gross_revenue), 0) as gross_revenue,
        coalesce(sum(orders.discounts), 0) as discounts,
        coalesce(sum(orders.returns), 0) as returns,
        coalesce(sum(orders.net_revenue), 0) as net_revenue,
        null as net_revenue_without_cost,
        null as cost_of_goods,
        null as payment_cost,
        null as delivery_cost
    from orders

    union all

    -- The known part of the cost that the tables are cut from.
    select
        'int_customer_months' as table_name,
        null as gross_revenue,
        null as discounts,
        null as returns,
        null as net_revenue,
        null as net_revenue_without_cost,
        cast(coalesce(sum(int_customer_months.cost_of_goods_minor), 0) as decimal(38, 2)) / 100 as cost_of_goods,
        null as payment_cost,
        null as delivery_cost
    from int_customer_months

    union all

    select
        'int_customer_profit' as table_name,
        null as gross_revenue,
        null as discounts,
        null as returns,
        null as net_revenue,
        null as net_revenue_without_cost,
        cast(coalesce(sum(int_customer_profit.cost_of_goods_minor), 0) as decimal(38, 2)) / 100 as cost_of_goods,
        null as payment_cost,
        null as delivery_cost
    from int_customer_profit

)

select
    tables.table_name,
    tables.net_revenue,
    totals.net_revenue as orders_net_revenue,
    tables.gross_revenue,
    totals.gross_revenue as orders_gross_revenue,
    tables.net_revenue_without_cost,
    totals.net_revenue_without_cost as orders_net_revenue_without_cost,
    tables.cost_of_goods,
    totals.cost_of_goods as orders_cost_of_goods,
    tables.payment_cost,
    totals.payment_cost as orders_payment_cost,
    tables.delivery_cost,
    totals.delivery_cost as orders_delivery_cost
from tables
cross join totals
where
    tables.net_revenue <> totals.net_revenue
    or tables.gross_revenue <> totals.gross_revenue
    or tables.discounts <> totals.discounts
    or tables.returns <> totals.returns
    or tables.net_revenue_without_cost <> totals.net_revenue_without_cost
    or tables.cost_of_goods <> totals.cost_of_goods
    or tables.net_revenue <> tables.gross_revenue - tables.discounts - tables.returns
    or tables.payment_cost <> totals.payment_cost
    or tables.delivery_cost <> totals.delivery_cost
