-- Grain: one row per customer, and one for 'unidentified'.
-- Revenue and cost of each customer until as_of, most profitable first (customer_key breaks ties). The unidentified
-- row is not a customer: it has no rank and is not on the curve. Cost, margin and profit are null where too little of
-- the cost is known. Customers are ranked by the measure of this run (int_profit_basis); one whose measure is not known
-- has no rank.

with measured as (

    select
        int_customer_profit.customer_no,
        int_customer_profit.customer_key,
        case
            when int_customer_profit.basis = 'net_revenue' then int_customer_profit.net_minor
            when int_customer_profit.basis = 'contribution' and int_customer_profit.has_known_profit
                then int_customer_profit.contribution_minor
            when int_customer_profit.basis = 'gross_margin' and int_customer_profit.has_known_margin
                then int_customer_profit.costed_net_minor - int_customer_profit.cost_of_goods_minor
        end as measure_minor,
        case when int_customer_profit.basis = 'contribution' then int_customer_profit.contribution_minor end
            as contribution_minor
    from int_customer_profit
    where int_customer_profit.customer_no > 0

),

ranked as (

    select
        measured.customer_no,
        row_number() over (order by measured.measure_minor desc, measured.customer_key) as profit_rank,
        sum(measured.contribution_minor) over (
            order by measured.measure_minor desc, measured.customer_key
            rows between unbounded preceding and current row
        ) as cumulative_minor,
        sum(measured.contribution_minor) over () as total_minor
    from measured
    where measured.measure_minor is not null

)

select
    int_customer_profit.customer_key,
    money(int_customer_profit.gross_minor) as gross_revenue,
    money(int_customer_profit.discounts_minor) as discounts,
    money(int_customer_profit.returns_minor) as returns,
    money(int_customer_profit.net_minor) as net_revenue,
    money(int_customer_profit.net_minor - int_customer_profit.costed_net_minor) as net_revenue_without_cost,
    case when int_customer_profit.has_known_margin then money(int_customer_profit.cost_of_goods_minor) end
        as cost_of_goods,
    case
        when int_customer_profit.has_known_margin
            then money(int_customer_profit.costed_net_minor - int_customer_profit.cost_of_goods_minor)
    end as gross_margin,
    money(int_customer_profit.payment_cost_minor) as payment_cost,
    money(int_customer_profit.delivery_cost_minor) as delivery_cost,
    case when int_customer_profit.has_known_service then money(int_customer_profit.cost_to_serve_minor) end
        as cost_to_serve,
    case when int_profit_basis.has_known_phone then money(int_customer_profit.phone_minor) end as cost_to_serve_phone,
    case when int_profit_basis.has_known_chat then money(int_customer_profit.chat_minor) end as cost_to_serve_chat,
    case when int_profit_basis.has_known_email then money(int_customer_profit.email_minor) end as cost_to_serve_email,
    case when int_profit_basis.has_known_store then money(int_customer_profit.store_minor) end as cost_to_serve_store,
    case when int_profit_basis.has_known_web then money(int_customer_profit.web_minor) end as cost_to_serve_web,
    case when int_profit_basis.has_known_app then money(int_customer_profit.app_minor) end as cost_to_serve_app,
    case when int_profit_basis.has_known_returns_handling then money(int_customer_profit.returns_handling_minor) end
        as cost_to_serve_returns_handling,
    case when int_profit_basis.has_known_other then money(int_customer_profit.other_minor) end as cost_to_serve_other,
    money(int_customer_profit.programme_cost_minor) as programme_cost,
    money(int_customer_profit.acquisition_cost_minor) as acquisition_cost,
    case when int_customer_profit.has_known_profit then money(int_customer_profit.contribution_minor) end
        as contribution_profit,
    case when int_customer_profit.has_known_profit_12m then money(int_customer_profit.contribution_12m_minor) end
        as contribution_profit_12m,
    int_customer_profit.basis,
    cast(ranked.profit_rank as bigint) as profit_rank,
    money(ranked.cumulative_minor) as cumulative_profit,
    case
        when ranked.total_minor > 0
            then cast(ranked.cumulative_minor as double) / cast(ranked.total_minor as double)
    end as cumulative_profit_share,
    int_customer_profit.order_count,
    int_customer_profit.interactions,
    int_customer_profit.interactions_without_rate,
    int_customer_profit.lines_without_cost,
    cast(int_customer_profit.lines - int_customer_profit.lines_without_cost as double)
    / nullif(cast(int_customer_profit.lines as double), 0.0) as known_cost_share
from int_customer_profit
cross join int_profit_basis
left join ranked
    on int_customer_profit.customer_no = ranked.customer_no
