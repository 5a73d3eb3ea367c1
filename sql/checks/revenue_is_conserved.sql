-- Law 2: net revenue, its parts and cost of goods are the same in the orders, in customer_months and in
-- customer_profitability, the unidentified line included. Returns the tables that differ from the orders.

with orders as (

    select
        cast(coalesce(sum(int_orders.gross_minor), 0) as decimal(38, 2)) / 100 as gross_revenue,
        cast(coalesce(sum(int_orders.discounts_minor), 0) as decimal(38, 2)) / 100 as discounts,
        cast(coalesce(sum(int_orders.returns_minor), 0) as decimal(38, 2)) / 100 as returns,
        cast(coalesce(sum(int_orders.net_minor), 0) as decimal(38, 2)) / 100 as net_revenue,
        cast(coalesce(sum(int_orders.cost_of_goods_minor), 0) as decimal(38, 2)) / 100 as cost_of_goods
    from int_orders

),

tables as (

    select
        'customer_months' as table_name,
        coalesce(sum(customer_months.gross_revenue), 0) as gross_revenue,
        coalesce(sum(customer_months.discounts), 0) as discounts,
        coalesce(sum(customer_months.returns), 0) as returns,
        coalesce(sum(customer_months.net_revenue), 0) as net_revenue,
        coalesce(sum(customer_months.cost_of_goods), 0) as cost_of_goods
    from customer_months

    union all

    select
        'customer_profitability' as table_name,
        coalesce(sum(customer_profitability.gross_revenue), 0) as gross_revenue,
        coalesce(sum(customer_profitability.discounts), 0) as discounts,
        coalesce(sum(customer_profitability.returns), 0) as returns,
        coalesce(sum(customer_profitability.net_revenue), 0) as net_revenue,
        coalesce(sum(customer_profitability.cost_of_goods), 0) as cost_of_goods
    from customer_profitability

)

select
    tables.table_name,
    tables.net_revenue,
    orders.net_revenue as orders_net_revenue,
    tables.gross_revenue,
    orders.gross_revenue as orders_gross_revenue,
    tables.cost_of_goods,
    orders.cost_of_goods as orders_cost_of_goods
from tables
cross join orders
where
    tables.net_revenue <> orders.net_revenue
    or tables.gross_revenue <> orders.gross_revenue
    or tables.discounts <> orders.discounts
    or tables.returns <> orders.returns
    or tables.cost_of_goods <> orders.cost_of_goods
    or tables.net_revenue <> tables.gross_revenue - tables.discounts - tables.returns
