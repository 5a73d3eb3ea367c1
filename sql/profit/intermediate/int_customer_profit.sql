-- Grain: one row per person, and one for unidentified customers (customer_no 0, key 'unidentified').
-- Revenue and costs of each customer until as_of, in minor units, and the contribution of 12 months: the last ones, and
-- earlier_ those before the earlier valuation. They have no acquisition cost, which was spent once.

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
        coalesce(int_customer_purchases.cost_of_goods_minor, 0) as cost_of_goods_minor,
        coalesce(int_customer_purchases.payment_cost_minor, 0) as payment_cost_minor,
        coalesce(int_customer_purchases.delivery_cost_minor, 0) as delivery_cost_minor,
        coalesce(int_customer_purchases.lines_without_cost, 0) as lines_without_cost,
        coalesce(int_customer_service.interactions, 0) as interactions,
        coalesce(int_customer_service.interactions_without_rate, 0) as interactions_without_rate,
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
        coalesce(int_customer_purchases.order_profit_12m_minor, 0)
        - coalesce(int_customer_service.cost_to_serve_12m_minor, 0)
        - coalesce(int_customer_programme.programme_cost_12m_minor, 0)
            as contribution_12m_minor,
        coalesce(int_customer_purchases.earlier_order_profit_12m_minor, 0)
        - coalesce(int_customer_service.earlier_cost_to_serve_12m_minor, 0)
        - coalesce(int_customer_programme.earlier_programme_cost_12m_minor, 0)
            as earlier_contribution_12m_minor
    from parties
    left join int_customer_purchases
        on parties.customer_no = int_customer_purchases.customer_no
    left join int_customer_service
        on parties.customer_no = int_customer_service.customer_no
    left join int_customer_programme
        on parties.customer_no = int_customer_programme.customer_no

)

select
    joined.customer_no,
    joined.customer_key,
    joined.acquisition_cost_minor,
    joined.order_count,
    joined.gross_minor,
    joined.discounts_minor,
    joined.returns_minor,
    joined.net_minor,
    joined.cost_of_goods_minor,
    joined.payment_cost_minor,
    joined.delivery_cost_minor,
    joined.lines_without_cost,
    joined.interactions,
    joined.interactions_without_rate,
    joined.cost_to_serve_minor,
    joined.phone_minor,
    joined.chat_minor,
    joined.email_minor,
    joined.store_minor,
    joined.web_minor,
    joined.app_minor,
    joined.returns_handling_minor,
    joined.other_minor,
    joined.programme_cost_minor,
    joined.net_minor
    - joined.cost_of_goods_minor
    - joined.payment_cost_minor
    - joined.delivery_cost_minor
    - joined.cost_to_serve_minor
    - joined.programme_cost_minor
    - joined.acquisition_cost_minor
        as contribution_minor,
    joined.contribution_12m_minor,
    joined.earlier_contribution_12m_minor
from joined
