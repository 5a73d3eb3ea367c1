-- Grain: one row per line of the profit statement.
-- The statement that a controller signs. Amounts are those of the published customer_profitability; each is
-- held against the same amount reckoned past the customers: revenue and cost of goods from the lines by
-- product, payment and delivery from the orders, service by the length of events, programme and acquisition
-- cost from the extracts' own rows, unused capacity from the pools. Costs are positive; every column adds
-- up from top to bottom, and every row from left to right.

with lines as (

    select
        column1 as line_no,
        column2 as line
    from (
        values
        (1, 'gross_revenue'),
        (2, 'discounts'),
        (3, 'returns'),
        (4, 'net_revenue'),
        (5, 'cost_of_goods'),
        (6, 'gross_margin'),
        (7, 'payment_cost'),
        (8, 'delivery_cost'),
        (9, 'cost_to_serve_phone'),
        (10, 'cost_to_serve_chat'),
        (11, 'cost_to_serve_email'),
        (12, 'cost_to_serve_store'),
        (13, 'cost_to_serve_web'),
        (14, 'cost_to_serve_app'),
        (15, 'cost_to_serve_returns_handling'),
        (16, 'cost_to_serve_other'),
        (17, 'cost_to_serve'),
        (18, 'programme_cost'),
        (19, 'acquisition_cost'),
        (20, 'contribution_profit'),
        (21, 'unused_capacity'),
        (22, 'profit_after_unused_capacity')
    )

),

customers as (

    select
        coalesce(sum(customer_profitability.gross_revenue), 0) as gross_revenue,
        coalesce(sum(customer_profitability.discounts), 0) as discounts,
        coalesce(sum(customer_profitability.returns), 0) as returns,
        coalesce(sum(customer_profitability.net_revenue), 0) as net_revenue,
        coalesce(sum(customer_profitability.cost_of_goods), 0) as cost_of_goods,
        coalesce(sum(customer_profitability.gross_margin), 0) as gross_margin,
        coalesce(sum(customer_profitability.payment_cost), 0) as payment_cost,
        coalesce(sum(customer_profitability.delivery_cost), 0) as delivery_cost,
        coalesce(sum(customer_profitability.cost_to_serve_phone), 0) as cost_to_serve_phone,
        coalesce(sum(customer_profitability.cost_to_serve_chat), 0) as cost_to_serve_chat,
        coalesce(sum(customer_profitability.cost_to_serve_email), 0) as cost_to_serve_email,
        coalesce(sum(customer_profitability.cost_to_serve_store), 0) as cost_to_serve_store,
        coalesce(sum(customer_profitability.cost_to_serve_web), 0) as cost_to_serve_web,
        coalesce(sum(customer_profitability.cost_to_serve_app), 0) as cost_to_serve_app,
        coalesce(sum(customer_profitability.cost_to_serve_returns_handling), 0) as cost_to_serve_returns_handling,
        coalesce(sum(customer_profitability.cost_to_serve_other), 0) as cost_to_serve_other,
        coalesce(sum(customer_profitability.cost_to_serve), 0) as cost_to_serve,
        coalesce(sum(customer_profitability.programme_cost), 0) as programme_cost,
        coalesce(sum(customer_profitability.acquisition_cost), 0) as acquisition_cost,
        coalesce(sum(customer_profitability.contribution_profit), 0) as contribution_profit
    from customer_profitability
    where customer_profitability.customer_key <> 'unidentified'

),

unidentified as (

    select
        coalesce(sum(customer_profitability.gross_revenue), 0) as gross_revenue,
        coalesce(sum(customer_profitability.discounts), 0) as discounts,
        coalesce(sum(customer_profitability.returns), 0) as returns,
        coalesce(sum(customer_profitability.net_revenue), 0) as net_revenue,
        coalesce(sum(customer_profitability.cost_of_goods), 0) as cost_of_goods,
        coalesce(sum(customer_profitability.gross_margin), 0) as gross_margin,
        coalesce(sum(customer_profitability.payment_cost), 0) as payment_cost,
        coalesce(sum(customer_profitability.delivery_cost), 0) as delivery_cost,
        coalesce(sum(customer_profitability.cost_to_serve_phone), 0) as cost_to_serve_phone,
        coalesce(sum(customer_profitability.cost_to_serve_chat), 0) as cost_to_serve_chat,
        coalesce(sum(customer_profitability.cost_to_serve_email), 0) as cost_to_serve_email,
        coalesce(sum(customer_profitability.cost_to_serve_store), 0) as cost_to_serve_store,
        coalesce(sum(customer_profitability.cost_to_serve_web), 0) as cost_to_serve_web,
        coalesce(sum(customer_profitability.cost_to_serve_app), 0) as cost_to_serve_app,
        coalesce(sum(customer_profitability.cost_to_serve_returns_handling), 0) as cost_to_serve_returns_handling,
        coalesce(sum(customer_profitability.cost_to_serve_other), 0) as cost_to_serve_other,
        coalesce(sum(customer_profitability.cost_to_serve), 0) as cost_to_serve,
        coalesce(sum(customer_profitability.programme_cost), 0) as programme_cost,
        coalesce(sum(customer_profitability.acquisition_cost), 0) as acquisition_cost,
        coalesce(sum(customer_profitability.contribution_profit), 0) as contribution_profit
    from customer_profitability
    where customer_profitability.customer_key = 'unidentified'

),

unused as (

    select coalesce(sum(activity_capacity.unused_cost), 0) as unused_cost
    from activity_capacity

),

amounts as (

    select
        lines.line_no,
        lines.line,
        case lines.line
            when 'gross_revenue' then customers.gross_revenue
            when 'discounts' then customers.discounts
            when 'returns' then customers.returns
            when 'net_revenue' then customers.net_revenue
            when 'cost_of_goods' then customers.cost_of_goods
            when 'gross_margin' then customers.gross_margin
            when 'payment_cost' then customers.payment_cost
            when 'delivery_cost' then customers.delivery_cost
            when 'cost_to_serve_phone' then customers.cost_to_serve_phone
            when 'cost_to_serve_chat' then customers.cost_to_serve_chat
            when 'cost_to_serve_email' then customers.cost_to_serve_email
            when 'cost_to_serve_store' then customers.cost_to_serve_store
            when 'cost_to_serve_web' then customers.cost_to_serve_web
            when 'cost_to_serve_app' then customers.cost_to_serve_app
            when 'cost_to_serve_returns_handling' then customers.cost_to_serve_returns_handling
            when 'cost_to_serve_other' then customers.cost_to_serve_other
            when 'cost_to_serve' then customers.cost_to_serve
            when 'programme_cost' then customers.programme_cost
            when 'acquisition_cost' then customers.acquisition_cost
            when 'contribution_profit' then customers.contribution_profit
            when 'profit_after_unused_capacity' then customers.contribution_profit
            else 0
        end as customers_amount,
        case lines.line
            when 'gross_revenue' then unidentified.gross_revenue
            when 'discounts' then unidentified.discounts
            when 'returns' then unidentified.returns
            when 'net_revenue' then unidentified.net_revenue
            when 'cost_of_goods' then unidentified.cost_of_goods
            when 'gross_margin' then unidentified.gross_margin
            when 'payment_cost' then unidentified.payment_cost
            when 'delivery_cost' then unidentified.delivery_cost
            when 'cost_to_serve_phone' then unidentified.cost_to_serve_phone
            when 'cost_to_serve_chat' then unidentified.cost_to_serve_chat
            when 'cost_to_serve_email' then unidentified.cost_to_serve_email
            when 'cost_to_serve_store' then unidentified.cost_to_serve_store
            when 'cost_to_serve_web' then unidentified.cost_to_serve_web
            when 'cost_to_serve_app' then unidentified.cost_to_serve_app
            when 'cost_to_serve_returns_handling' then unidentified.cost_to_serve_returns_handling
            when 'cost_to_serve_other' then unidentified.cost_to_serve_other
            when 'cost_to_serve' then unidentified.cost_to_serve
            when 'programme_cost' then unidentified.programme_cost
            when 'acquisition_cost' then unidentified.acquisition_cost
            when 'contribution_profit' then unidentified.contribution_profit
            when 'profit_after_unused_capacity' then unidentified.contribution_profit
            else 0
        end as unidentified_amount,
        case lines.line
            when 'unused_capacity' then unused.unused_cost
            when 'profit_after_unused_capacity' then -unused.unused_cost
            else 0
        end as unused_capacity
    from lines
    cross join customers
    cross join unidentified
    cross join unused

),

products as (

    select
        coalesce(sum(product_profitability.gross_revenue), 0) as gross_revenue,
        coalesce(sum(product_profitability.discounts), 0) as discounts,
        coalesce(sum(product_profitability.returns), 0) as returns,
        coalesce(sum(product_profitability.cost_of_goods), 0) as cost_of_goods
    from product_profitability

),

orders as (

    select
        coalesce(
            sum(
                cast(
                    cast(greatest(int_orders.net_minor + int_orders.returns_minor, 0) as decimal(18, 0))
                    * coalesce(order_costs.payment_share, 0) as decimal(18, 0)
                ) * cast(0.01 as decimal(2, 2))
                + coalesce(order_costs.payment_fee, 0)
            ),
            0
        ) as payment_cost,
        coalesce(sum(order_costs.delivery_fee), 0) as delivery_cost
    from int_orders
    inner join order_costs
        on int_orders.channel = order_costs.channel
    where int_orders.is_order = 1

),

service as (

    select
        coalesce(
            sum(case when int_activity_controls.activity_no = 1 then int_activity_controls.cost end), 0
        ) as cost_to_serve_phone,
        coalesce(
            sum(case when int_activity_controls.activity_no = 2 then int_activity_controls.cost end), 0
        ) as cost_to_serve_chat,
        coalesce(
            sum(case when int_activity_controls.activity_no = 3 then int_activity_controls.cost end), 0
        ) as cost_to_serve_email,
        coalesce(
            sum(case when int_activity_controls.activity_no = 4 then int_activity_controls.cost end), 0
        ) as cost_to_serve_store,
        coalesce(
            sum(case when int_activity_controls.activity_no = 5 then int_activity_controls.cost end), 0
        ) as cost_to_serve_web,
        coalesce(
            sum(case when int_activity_controls.activity_no = 6 then int_activity_controls.cost end), 0
        ) as cost_to_serve_app,
        coalesce(
            sum(case when int_activity_controls.activity_no = 7 then int_activity_controls.cost end), 0
        ) as cost_to_serve_returns_handling,
        coalesce(
            sum(case when int_activity_controls.activity_no = 8 then int_activity_controls.cost end), 0
        ) as cost_to_serve_other,
        coalesce(sum(int_activity_controls.cost), 0) as cost_to_serve,
        coalesce(
            sum(case when int_activity_controls.rate_source = 'pool' then int_activity_controls.cost end), 0
        ) as charged_to_pools
    from int_activity_controls

),

pools as (

    select
        cast(
            cast(coalesce(sum(stg_activity_costs.pool_cost_minor), 0) as decimal(20, 0))
            * cast(0.01 as decimal(2, 2)) as decimal(24, 2)
        ) as pool_cost
    from stg_activity_costs

),

programme as (

    select
        coalesce(
            sum(cast(stg_loyalty_events.points * cast($loyalty_point_cost as decimal(12, 4)) as decimal(18, 2))), 0
        ) as programme_cost
    from stg_loyalty_events
    where stg_loyalty_events.kind = 'redeem'

),

acquisition as (

    select
        cast(coalesce(sum(stg_crm_customers.acquisition_cost_minor), 0) as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as acquisition_cost
    from stg_crm_customers

),

controls as (

    select
        products.gross_revenue,
        products.discounts,
        products.returns,
        products.gross_revenue - products.discounts - products.returns as net_revenue,
        products.cost_of_goods,
        products.gross_revenue - products.discounts - products.returns - products.cost_of_goods as gross_margin,
        orders.payment_cost,
        orders.delivery_cost,
        service.cost_to_serve_phone,
        service.cost_to_serve_chat,
        service.cost_to_serve_email,
        service.cost_to_serve_store,
        service.cost_to_serve_web,
        service.cost_to_serve_app,
        service.cost_to_serve_returns_handling,
        service.cost_to_serve_other,
        service.cost_to_serve,
        programme.programme_cost,
        acquisition.acquisition_cost,
        products.gross_revenue - products.discounts - products.returns - products.cost_of_goods
        - orders.payment_cost - orders.delivery_cost
        - service.cost_to_serve - programme.programme_cost - acquisition.acquisition_cost as contribution_profit,
        pools.pool_cost - service.charged_to_pools as unused_capacity
    from products
    cross join orders
    cross join service
    cross join pools
    cross join programme
    cross join acquisition

),

compared as (

    select
        amounts.line_no,
        amounts.line,
        amounts.customers_amount,
        amounts.unidentified_amount,
        amounts.unused_capacity,
        amounts.customers_amount + amounts.unidentified_amount + amounts.unused_capacity as total,
        case amounts.line
            when 'gross_revenue' then controls.gross_revenue
            when 'discounts' then controls.discounts
            when 'returns' then controls.returns
            when 'net_revenue' then controls.net_revenue
            when 'cost_of_goods' then controls.cost_of_goods
            when 'gross_margin' then controls.gross_margin
            when 'payment_cost' then controls.payment_cost
            when 'delivery_cost' then controls.delivery_cost
            when 'cost_to_serve_phone' then controls.cost_to_serve_phone
            when 'cost_to_serve_chat' then controls.cost_to_serve_chat
            when 'cost_to_serve_email' then controls.cost_to_serve_email
            when 'cost_to_serve_store' then controls.cost_to_serve_store
            when 'cost_to_serve_web' then controls.cost_to_serve_web
            when 'cost_to_serve_app' then controls.cost_to_serve_app
            when 'cost_to_serve_returns_handling' then controls.cost_to_serve_returns_handling
            when 'cost_to_serve_other' then controls.cost_to_serve_other
            when 'cost_to_serve' then controls.cost_to_serve
            when 'programme_cost' then controls.programme_cost
            when 'acquisition_cost' then controls.acquisition_cost
            when 'contribution_profit' then controls.contribution_profit
            when 'unused_capacity' then controls.unused_capacity
            when 'profit_after_unused_capacity' then controls.contribution_profit - controls.unused_capacity
        end as control_amount
    from amounts
    cross join controls

)

select
    cast(compared.line_no as bigint) as line_no,
    compared.line,
    cast(compared.customers_amount as decimal(18, 2)) as customers_amount,
    cast(compared.unidentified_amount as decimal(18, 2)) as unidentified_amount,
    cast(compared.unused_capacity as decimal(18, 2)) as unused_capacity,
    cast(compared.total as decimal(18, 2)) as total,
    cast(compared.control_amount as decimal(18, 2)) as control_amount,
    cast(compared.total - compared.control_amount as decimal(18, 2)) as difference
from compared
