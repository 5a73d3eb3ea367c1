-- Grain: one row per customer and month with an order, a return, a contact or a redemption of points.
-- Revenue, costs and contacts over time. Unidentified rows have customer_key 'unidentified', so that the months add
-- up to all accepted transaction lines. Cost and profit are null where too little of the month's cost is known.

with judged as (

    select
        int_customer_months.*,
        int_profit_basis.has_known_margin
        and int_customer_months.lines_without_cost <= int_customer_months.lines * int_profit_basis.tolerance
        and abs(int_customer_months.net_minor - int_customer_months.costed_net_minor)
        <= abs(int_customer_months.net_minor) * int_profit_basis.tolerance as has_known_margin,
        int_profit_basis.has_known_service
        and int_customer_months.services_without_rate <= int_customer_months.services * int_profit_basis.tolerance
            as has_known_service,
        int_profit_basis.has_known_phone,
        int_profit_basis.has_known_chat,
        int_profit_basis.has_known_email,
        int_profit_basis.has_known_store,
        int_profit_basis.has_known_web,
        int_profit_basis.has_known_app,
        int_profit_basis.has_known_returns_handling,
        int_profit_basis.has_known_other
    from int_customer_months
    cross join int_profit_basis

)

select
    coalesce(int_persons.customer_key, 'unidentified') as customer_key,
    judged.month,
    judged.orders,
    money(judged.gross_minor) as gross_revenue,
    money(judged.discounts_minor) as discounts,
    money(judged.returns_minor) as returns,
    money(judged.net_minor) as net_revenue,
    money(judged.net_minor - judged.costed_net_minor) as net_revenue_without_cost,
    case when judged.has_known_margin then money(judged.cost_of_goods_minor) end as cost_of_goods,
    money(judged.payment_cost_minor) as payment_cost,
    money(judged.delivery_cost_minor) as delivery_cost,
    case when judged.has_known_service then money(judged.cost_to_serve_minor) end as cost_to_serve,
    case when judged.has_known_phone then money(judged.phone_minor) end as cost_to_serve_phone,
    case when judged.has_known_chat then money(judged.chat_minor) end as cost_to_serve_chat,
    case when judged.has_known_email then money(judged.email_minor) end as cost_to_serve_email,
    case when judged.has_known_store then money(judged.store_minor) end as cost_to_serve_store,
    case when judged.has_known_web then money(judged.web_minor) end as cost_to_serve_web,
    case when judged.has_known_app then money(judged.app_minor) end as cost_to_serve_app,
    case when judged.has_known_returns_handling then money(judged.returns_handling_minor) end
        as cost_to_serve_returns_handling,
    case when judged.has_known_other then money(judged.other_minor) end as cost_to_serve_other,
    money(judged.programme_cost_minor) as programme_cost,
    case
        when judged.has_known_margin and judged.has_known_service
            then
                money(
                    judged.costed_net_minor
                    - judged.cost_of_goods_minor
                    - judged.payment_cost_minor
                    - judged.delivery_cost_minor
                    - judged.cost_to_serve_minor
                    - judged.programme_cost_minor
                )
    end as contribution_profit,
    cast(judged.lines - judged.lines_without_cost as double) / nullif(cast(judged.lines as double), 0.0)
        as known_cost_share,
    judged.interactions,
    cast(judged.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from judged
left join int_persons
    on judged.customer_no = int_persons.customer_no
