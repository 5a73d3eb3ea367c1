-- Grain: one row per person, and one for unidentified customers (customer_no 0, key 'unidentified').
-- Revenue and costs of each customer, in minor units: until as_of, in the last 12 months (12m), and in the 12 months
-- until the earlier valuation (earlier_12m); the 12 months have no acquisition cost, which was spent once. Contribution
-- counts lines and services of known cost only. It is known (has_known_profit) if at least $minimum_known_cost_share of
-- the lines, of the net revenue and of the services have a cost, of this customer and of the company. value_12m is the
-- measure by which customers are compared (int_profit_basis). Where the customer's margin is not known, value_12m takes
-- net revenue of unknown cost at the margin of all customers.

with parties as (

    select
        int_customer_profiles.customer_no,
        int_customer_profiles.customer_key,
        int_customer_profiles.acquisition_cost_minor
    from int_customer_profiles

    union all

    select
        0 as customer_no,
        'unidentified' as customer_key,
        0 as acquisition_cost_minor

),

joined as (

    select
        parties.customer_no,
        parties.customer_key,
        parties.acquisition_cost_minor,
        coalesce(int_customer_purchases.order_count, 0) as order_count,
        coalesce(int_customer_purchases.gross_minor, 0) as gross_minor,
        coalesce(int_customer_purchases.discounts_minor, 0) as discounts_minor,
        coalesce(int_customer_purchases.returns_minor, 0) as returns_minor,
        coalesce(int_customer_purchases.net_minor, 0) as net_minor,
        coalesce(int_customer_purchases.costed_net_minor, 0) as costed_net_minor,
        coalesce(int_customer_purchases.cost_of_goods_minor, 0) as cost_of_goods_minor,
        coalesce(int_customer_purchases.payment_cost_minor, 0) as payment_cost_minor,
        coalesce(int_customer_purchases.delivery_cost_minor, 0) as delivery_cost_minor,
        coalesce(int_customer_purchases.lines, 0) as lines,
        coalesce(int_customer_purchases.lines_without_cost, 0) as lines_without_cost,
        coalesce(int_customer_service.interactions, 0) as interactions,
        coalesce(int_customer_service.interactions_without_rate, 0) as interactions_without_rate,
        coalesce(int_customer_service.services, 0) as services,
        coalesce(int_customer_service.services_without_rate, 0) as services_without_rate,
        coalesce(int_customer_service.cost_to_serve_minor, 0) as cost_to_serve_minor,
        coalesce(int_customer_service.phone_minor, 0) as phone_minor,
        coalesce(int_customer_service.chat_minor, 0) as chat_minor,
        coalesce(int_customer_service.email_minor, 0) as email_minor,
        coalesce(int_customer_service.store_minor, 0) as store_minor,
        coalesce(int_customer_service.web_minor, 0) as web_minor,
        coalesce(int_customer_service.app_minor, 0) as app_minor,
        coalesce(int_customer_service.returns_handling_minor, 0) as returns_handling_minor,
        coalesce(int_customer_service.other_minor, 0) as other_minor,
        coalesce(int_customer_programme.programme_cost_minor, 0) as programme_cost_minor,
        coalesce(int_customer_purchases.net_12m_minor, 0) as net_12m_minor,
        coalesce(int_customer_purchases.net_12m_minor - int_customer_purchases.costed_net_12m_minor, 0)
            as uncosted_net_12m_minor,
        coalesce(int_customer_purchases.margin_12m_minor, 0) as margin_12m_minor,
        coalesce(int_customer_purchases.lines_12m, 0) as lines_12m,
        coalesce(int_customer_purchases.lines_without_cost_12m, 0) as lines_without_cost_12m,
        coalesce(int_customer_service.services_12m, 0) as services_12m,
        coalesce(int_customer_service.services_without_rate_12m, 0) as services_without_rate_12m,
        coalesce(int_customer_purchases.order_cost_12m_minor, 0)
        + coalesce(int_customer_service.cost_to_serve_12m_minor, 0)
        + coalesce(int_customer_programme.programme_cost_12m_minor, 0)
            as cost_12m_minor,
        coalesce(int_customer_purchases.earlier_net_12m_minor, 0) as earlier_net_12m_minor,
        coalesce(
            int_customer_purchases.earlier_net_12m_minor - int_customer_purchases.earlier_costed_net_12m_minor, 0
        ) as earlier_uncosted_net_12m_minor,
        coalesce(int_customer_purchases.earlier_margin_12m_minor, 0) as earlier_margin_12m_minor,
        coalesce(int_customer_purchases.earlier_order_cost_12m_minor, 0)
        + coalesce(int_customer_service.earlier_cost_to_serve_12m_minor, 0)
        + coalesce(int_customer_programme.earlier_programme_cost_12m_minor, 0)
            as earlier_cost_12m_minor
    from parties
    left join int_customer_purchases
        on parties.customer_no = int_customer_purchases.customer_no
    left join int_customer_service
        on parties.customer_no = int_customer_service.customer_no
    left join int_customer_programme
        on parties.customer_no = int_customer_programme.customer_no

),

judged as (

    select
        joined.*,
        int_profit_basis.basis,
        int_profit_basis.margin_share,
        int_profit_basis.has_known_margin
        and joined.lines_without_cost <= joined.lines * int_profit_basis.tolerance
        and abs(joined.net_minor - joined.costed_net_minor) <= abs(joined.net_minor) * int_profit_basis.tolerance
            as has_known_margin,
        int_profit_basis.has_known_service
        and joined.services_without_rate <= joined.services * int_profit_basis.tolerance as has_known_service,
        int_profit_basis.has_known_margin
        and joined.lines_without_cost_12m <= joined.lines_12m * int_profit_basis.tolerance
        and abs(joined.uncosted_net_12m_minor) <= abs(joined.net_12m_minor) * int_profit_basis.tolerance
            as has_known_margin_12m,
        int_profit_basis.has_known_service
        and joined.services_without_rate_12m <= joined.services_12m * int_profit_basis.tolerance
            as has_known_service_12m
    from joined
    cross join int_profit_basis

)

select
    judged.customer_no,
    judged.customer_key,
    judged.acquisition_cost_minor,
    judged.order_count,
    judged.gross_minor,
    judged.discounts_minor,
    judged.returns_minor,
    judged.net_minor,
    judged.costed_net_minor,
    judged.cost_of_goods_minor,
    judged.payment_cost_minor,
    judged.delivery_cost_minor,
    judged.lines,
    judged.lines_without_cost,
    judged.interactions,
    judged.interactions_without_rate,
    judged.services,
    judged.services_without_rate,
    judged.cost_to_serve_minor,
    judged.phone_minor,
    judged.chat_minor,
    judged.email_minor,
    judged.store_minor,
    judged.web_minor,
    judged.app_minor,
    judged.returns_handling_minor,
    judged.other_minor,
    judged.programme_cost_minor,
    judged.has_known_margin,
    judged.has_known_service,
    judged.has_known_margin and judged.has_known_service as has_known_profit,
    judged.costed_net_minor
    - judged.cost_of_goods_minor
    - judged.payment_cost_minor
    - judged.delivery_cost_minor
    - judged.cost_to_serve_minor
    - judged.programme_cost_minor
    - judged.acquisition_cost_minor
        as contribution_minor,
    judged.has_known_margin_12m and judged.has_known_service_12m as has_known_profit_12m,
    judged.net_12m_minor,
    judged.uncosted_net_12m_minor,
    judged.lines_12m,
    judged.lines_without_cost_12m,
    judged.services_12m,
    judged.services_without_rate_12m,
    judged.margin_12m_minor - judged.cost_12m_minor as contribution_12m_minor,
    judged.basis,
    case
        when judged.basis = 'net_revenue' then judged.net_12m_minor
        else
            judged.margin_12m_minor
            - case when judged.basis = 'contribution' then judged.cost_12m_minor else 0 end
            + case
                when judged.has_known_margin_12m then 0
                else cast(round(judged.uncosted_net_12m_minor * judged.margin_share) as bigint)
            end
    end as value_12m_minor,
    case
        when judged.basis = 'net_revenue' then judged.earlier_net_12m_minor
        else
            judged.earlier_margin_12m_minor
            - case when judged.basis = 'contribution' then judged.earlier_cost_12m_minor else 0 end
            + cast(round(judged.earlier_uncosted_net_12m_minor * judged.margin_share) as bigint)
    end as earlier_value_12m_minor
from judged
