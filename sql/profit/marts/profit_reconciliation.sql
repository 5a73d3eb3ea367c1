-- Grain: one row per line of the profit statement.
-- The statement that a controller signs. Amounts are those of the published customer_profitability; each is
-- compared with the same amount computed without the customers: revenue from all lines of the extract, cost of goods
-- from the lines by product, payment and delivery from the orders, service by the length of events, programme and
-- acquisition cost and pools from the extracts' own rows (so this mart reads staging). What erased persons bought and
-- cost is one amount per line (int_erased_amounts), so that the total is that of the extracts, as in the ledger. Costs
-- are positive; every column adds up from top to bottom, and every row from left to right. Net revenue of lines without
-- a known cost is not in margin and profit, and has a line of its own. Cost, margin and profit are null where too much
-- is unknown (int_profit_basis); the differences are compared all the same.

with lines as (

    -- sign 0: a subtotal. Those that are running totals of the lines above are computed as such in controls.
    select
        column1 as line_no,
        column2 as line,
        column3 as sign,
        column4 as is_running_total
    from (
        values
        (1, 'gross_revenue', 1, false),
        (2, 'discounts', -1, false),
        (3, 'returns', -1, false),
        (4, 'net_revenue', 0, true),
        (5, 'net_revenue_without_cost', -1, false),
        (6, 'cost_of_goods', -1, false),
        (7, 'gross_margin', 0, true),
        (8, 'payment_cost', -1, false),
        (9, 'delivery_cost', -1, false),
        (10, 'cost_to_serve_phone', -1, false),
        (11, 'cost_to_serve_chat', -1, false),
        (12, 'cost_to_serve_email', -1, false),
        (13, 'cost_to_serve_store', -1, false),
        (14, 'cost_to_serve_web', -1, false),
        (15, 'cost_to_serve_app', -1, false),
        (16, 'cost_to_serve_returns_handling', -1, false),
        (17, 'cost_to_serve_other', -1, false),
        (18, 'cost_to_serve', 0, false),
        (19, 'programme_cost', -1, false),
        (20, 'acquisition_cost', -1, false),
        (21, 'contribution_profit', 0, true),
        (22, 'unused_capacity', -1, false),
        (23, 'profit_after_unused_capacity', 0, true)
    )

),

sums as (

    -- The known part of a cost also where the customers show none because too little of it is known.
    select
        customer_profitability.customer_key = 'unidentified' as is_unidentified,
        sum(customer_profitability.gross_revenue) as gross_revenue,
        sum(customer_profitability.discounts) as discounts,
        sum(customer_profitability.returns) as returns,
        sum(customer_profitability.net_revenue) as net_revenue,
        sum(customer_profitability.net_revenue_without_cost) as net_revenue_without_cost,
        sum(coalesce(customer_profitability.cost_of_goods, money(int_customer_profit.cost_of_goods_minor)))
            as cost_of_goods,
        sum(customer_profitability.payment_cost) as payment_cost,
        sum(customer_profitability.delivery_cost) as delivery_cost,
        sum(coalesce(customer_profitability.cost_to_serve_phone, money(int_customer_profit.phone_minor)))
            as cost_to_serve_phone,
        sum(coalesce(customer_profitability.cost_to_serve_chat, money(int_customer_profit.chat_minor)))
            as cost_to_serve_chat,
        sum(coalesce(customer_profitability.cost_to_serve_email, money(int_customer_profit.email_minor)))
            as cost_to_serve_email,
        sum(coalesce(customer_profitability.cost_to_serve_store, money(int_customer_profit.store_minor)))
            as cost_to_serve_store,
        sum(coalesce(customer_profitability.cost_to_serve_web, money(int_customer_profit.web_minor)))
            as cost_to_serve_web,
        sum(coalesce(customer_profitability.cost_to_serve_app, money(int_customer_profit.app_minor)))
            as cost_to_serve_app,
        sum(
            coalesce(
                customer_profitability.cost_to_serve_returns_handling,
                money(int_customer_profit.returns_handling_minor)
            )
        )
            as cost_to_serve_returns_handling,
        sum(coalesce(customer_profitability.cost_to_serve_other, money(int_customer_profit.other_minor)))
            as cost_to_serve_other,
        sum(customer_profitability.programme_cost) as programme_cost,
        sum(customer_profitability.acquisition_cost) as acquisition_cost
    from customer_profitability
    left join int_customer_profit
        on customer_profitability.customer_key = int_customer_profit.customer_key
    group by customer_profitability.customer_key = 'unidentified'

),

totalled as (

    select
        sums.*,
        sums.net_revenue - sums.net_revenue_without_cost - sums.cost_of_goods as gross_margin,
        sums.cost_to_serve_phone
        + sums.cost_to_serve_chat
        + sums.cost_to_serve_email
        + sums.cost_to_serve_store
        + sums.cost_to_serve_web
        + sums.cost_to_serve_app
        + sums.cost_to_serve_returns_handling
        + sums.cost_to_serve_other as cost_to_serve
    from sums

),

profits as (

    select
        totalled.*,
        totalled.gross_margin
        - totalled.payment_cost
        - totalled.delivery_cost
        - totalled.cost_to_serve
        - totalled.programme_cost
        - totalled.acquisition_cost as contribution_profit
    from totalled

),

published as (

    select
        profits.is_unidentified,
        unnest([
            named_struct('line', 'gross_revenue', 'amount', profits.gross_revenue),
            named_struct('line', 'discounts', 'amount', profits.discounts),
            named_struct('line', 'returns', 'amount', profits.returns),
            named_struct('line', 'net_revenue', 'amount', profits.net_revenue),
            named_struct('line', 'net_revenue_without_cost', 'amount', profits.net_revenue_without_cost),
            named_struct('line', 'cost_of_goods', 'amount', profits.cost_of_goods),
            named_struct('line', 'gross_margin', 'amount', profits.gross_margin),
            named_struct('line', 'payment_cost', 'amount', profits.payment_cost),
            named_struct('line', 'delivery_cost', 'amount', profits.delivery_cost),
            named_struct('line', 'cost_to_serve_phone', 'amount', profits.cost_to_serve_phone),
            named_struct('line', 'cost_to_serve_chat', 'amount', profits.cost_to_serve_chat),
            named_struct('line', 'cost_to_serve_email', 'amount', profits.cost_to_serve_email),
            named_struct('line', 'cost_to_serve_store', 'amount', profits.cost_to_serve_store),
            named_struct('line', 'cost_to_serve_web', 'amount', profits.cost_to_serve_web),
            named_struct('line', 'cost_to_serve_app', 'amount', profits.cost_to_serve_app),
            named_struct(
                'line', 'cost_to_serve_returns_handling',
                'amount', profits.cost_to_serve_returns_handling
            ),
            named_struct('line', 'cost_to_serve_other', 'amount', profits.cost_to_serve_other),
            named_struct('line', 'cost_to_serve', 'amount', profits.cost_to_serve),
            named_struct('line', 'programme_cost', 'amount', profits.programme_cost),
            named_struct('line', 'acquisition_cost', 'amount', profits.acquisition_cost),
            named_struct('line', 'contribution_profit', 'amount', profits.contribution_profit),
            named_struct('line', 'profit_after_unused_capacity', 'amount', profits.contribution_profit)
        ]) as entry
    from profits

),

customers as (

    select
        published.entry['line'] as line,
        sum(case when not published.is_unidentified then published.entry['amount'] end) as customers_amount,
        sum(case when published.is_unidentified then published.entry['amount'] end) as unidentified_amount
    from published
    group by published.entry['line']

),

unused as (

    select coalesce(sum(activity_capacity.unused_cost), 0) as unused_cost
    from activity_capacity

),

revenue as (

    -- Whoever bought: the lines of erased persons are among them.
    select
        unnest([
            named_struct(
                'line', 'gross_revenue',
                'minor', sum(case when int_line_totals.is_return then 0 else int_line_totals.gross_minor end)
            ),
            named_struct(
                'line', 'discounts',
                'minor', sum(
                    case
                        when int_line_totals.is_return then 0
                        else coalesce(int_line_totals.gross_minor, 0) - coalesce(int_line_totals.net_minor, 0)
                    end
                )
            ),
            named_struct(
                'line', 'returns',
                'minor', sum(case when int_line_totals.is_return then int_line_totals.net_minor else 0 end)
            )
        ]) as entry
    from int_line_totals
    where int_line_totals.counts

),

products as (

    select
        unnest([
            named_struct(
                'line', 'net_revenue_without_cost',
                'amount', sum(
                    case
                        when product_profitability.cost_of_goods is null then product_profitability.net_revenue
                        else 0
                    end
                )
            ),
            named_struct('line', 'cost_of_goods', 'amount', sum(product_profitability.cost_of_goods))
        ]) as entry
    from product_profitability

),

payments as (

    -- The cost that the extract gives for the order, else that of the channel, rounded in decimal arithmetic and not by
    -- share_of as in int_orders.
    select
        sum(
            case
                when int_orders.has_payment_cost then money(int_orders.payment_cost_minor)
                else
                    money(
                        cast(
                            cast(
                                cast(
                                    greatest(int_orders.net_minor + int_orders.returns_minor, 0) as decimal(18, 0)
                                ) * coalesce(order_costs.payment_share, 0) as decimal(18, 0)
                            ) as bigint
                        )
                    ) + coalesce(order_costs.payment_fee, 0)
            end
        ) as payment_cost,
        sum(
            case
                when int_orders.has_delivery_cost then money(int_orders.delivery_cost_minor)
                else order_costs.delivery_fee
            end
        ) as delivery_cost
    from int_orders
    left join order_costs
        on int_orders.channel = order_costs.channel
    where int_orders.is_order = 1

),

entries as (

    select
        revenue.entry['line'] as line,
        money(cast(revenue.entry['minor'] as bigint)) as amount
    from revenue

    union all

    -- Costs that the controls below take from products and orders, in which erased persons are not.
    select
        int_erased_amounts.line,
        int_erased_amounts.amount
    from int_erased_amounts
    where
        int_erased_amounts.line in ('net_revenue_without_cost', 'cost_of_goods', 'payment_cost', 'delivery_cost')

    union all

    select
        products.entry['line'] as line,
        products.entry['amount'] as amount
    from products

    union all

    select
        'payment_cost' as line,
        payments.payment_cost as amount
    from payments

    union all

    select
        'delivery_cost' as line,
        payments.delivery_cost as amount
    from payments

    union all

    select
        coalesce(lines.line, 'cost_to_serve_other') as line,
        int_activity_controls.cost as amount
    from int_activity_controls
    left join lines
        on concat('cost_to_serve_', int_activity_controls.activity) = lines.line

    union all

    select
        'cost_to_serve' as line,
        int_activity_controls.cost as amount
    from int_activity_controls

    union all

    select
        'programme_cost' as line,
        cast(stg_loyalty_events.points * cast($loyalty_point_cost as decimal(12, 4)) as decimal(18, 2)) as amount
    from stg_loyalty_events
    where stg_loyalty_events.kind = 'redeem'

    union all

    select
        'acquisition_cost' as line,
        money(stg_crm_customers.acquisition_cost_minor) as amount
    from stg_crm_customers

    union all

    select
        'unused_capacity' as line,
        money(stg_activity_costs.pool_cost_minor) as amount
    from stg_activity_costs

    union all

    select
        'unused_capacity' as line,
        -int_activity_controls.cost as amount
    from int_activity_controls
    where int_activity_controls.rate_source = 'pool'

),

controls as (

    select
        entries.line,
        sum(entries.amount) as amount
    from entries
    group by entries.line

),

compared as (

    select
        lines.line_no,
        lines.line,
        coalesce(customers.customers_amount, 0) as customers_amount,
        coalesce(customers.unidentified_amount, 0) as unidentified_amount,
        case lines.line
            when 'unused_capacity' then unused.unused_cost
            when 'profit_after_unused_capacity' then -unused.unused_cost
            else 0
        end as unused_capacity,
        case
            when lines.is_running_total
                then sum(lines.sign * coalesce(int_erased_amounts.amount, 0)) over (order by lines.line_no)
            else coalesce(int_erased_amounts.amount, 0)
        end as erased_amount,
        case
            when lines.is_running_total
                then sum(lines.sign * coalesce(controls.amount, 0)) over (order by lines.line_no)
            else coalesce(controls.amount, 0)
        end as control_amount
    from lines
    left join customers
        on lines.line = customers.line
    left join controls
        on lines.line = controls.line
    left join int_erased_amounts
        on lines.line = int_erased_amounts.line
    cross join unused

),

totals as (

    select
        compared.line_no,
        compared.line,
        compared.customers_amount,
        compared.unidentified_amount,
        compared.unused_capacity,
        compared.erased_amount,
        compared.customers_amount
        + compared.unidentified_amount
        + compared.unused_capacity
        + compared.erased_amount as total,
        compared.control_amount
    from compared

),

shown as (

    -- Amounts that depend on too much unknown cost are null.
    select
        totals.*,
        case
            when totals.line in ('cost_of_goods', 'gross_margin') then int_profit_basis.has_known_margin
            when totals.line = 'cost_to_serve' then int_profit_basis.has_known_service
            when totals.line = 'cost_to_serve_phone' then int_profit_basis.has_known_phone
            when totals.line = 'cost_to_serve_chat' then int_profit_basis.has_known_chat
            when totals.line = 'cost_to_serve_email' then int_profit_basis.has_known_email
            when totals.line = 'cost_to_serve_store' then int_profit_basis.has_known_store
            when totals.line = 'cost_to_serve_web' then int_profit_basis.has_known_web
            when totals.line = 'cost_to_serve_app' then int_profit_basis.has_known_app
            when totals.line = 'cost_to_serve_returns_handling' then int_profit_basis.has_known_returns_handling
            when totals.line = 'cost_to_serve_other' then int_profit_basis.has_known_other
            when totals.line in ('contribution_profit', 'profit_after_unused_capacity')
                then int_profit_basis.basis = 'contribution'
            else true
        end as is_shown
    from totals
    cross join int_profit_basis

)

select
    cast(shown.line_no as bigint) as line_no,
    shown.line,
    case when shown.is_shown then cast(shown.customers_amount as decimal(18, 2)) end as customers_amount,
    case when shown.is_shown then cast(shown.unidentified_amount as decimal(18, 2)) end as unidentified_amount,
    case when shown.is_shown then cast(shown.unused_capacity as decimal(18, 2)) end as unused_capacity,
    case when shown.is_shown then cast(shown.erased_amount as decimal(18, 2)) end as erased_amount,
    case when shown.is_shown then cast(shown.total as decimal(18, 2)) end as total,
    case when shown.is_shown then cast(shown.control_amount as decimal(18, 2)) end as control_amount,
    cast(shown.total - shown.control_amount as decimal(18, 2)) as difference
from shown
