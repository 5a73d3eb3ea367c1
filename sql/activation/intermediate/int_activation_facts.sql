-- Grain: one row per person known by as_of.
-- The facts that triggers use: the customer's value, recent events and their times. Days are whole local days: the
-- last 90 days are as_of and the 89 before it. A trigger can use any model with customer_key, but this one is usually
-- enough.

with orders as (

    select
        int_orders.customer_no,
        count(*) as orders_450d,
        count(case when int_orders.ordered_date > $as_of - interval '90 days' then 1 end) as orders_90d
    from int_orders
    where
        int_orders.is_order = 1
        and int_orders.customer_no > 0
        and int_orders.ordered_date > $as_of - interval '450 days'
    group by int_orders.customer_no

),

complaints as (

    select
        int_contacts.customer_no,
        count(*) as complaints_90d,
        max(int_contacts.occurred_at) as latest_complaint_at
    from int_contacts
    where
        int_contacts.touchpoint = $complaint_touchpoint
        and int_contacts.direction = 'customer'
        and int_contacts.customer_no > 0
        and int_contacts.occurred_date > $as_of - interval '90 days'
    group by int_contacts.customer_no

)

select
    int_customer_profiles.customer_key,
    int_customer_profiles.country,
    int_customer_profiles.marketing_consent,
    int_customer_profiles.is_loyalty_member as loyalty_member,
    int_customer_stages.stage as lifecycle_stage,
    int_customer_stages.previous_stage as lifecycle_stage_before,
    arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as lifecycle_stage_since,
    coalesce(int_customer_values.value_tier, 'none') as value_tier,
    coalesce(int_customer_values.potential_tier, 'none') as potential_tier,
    -- The level that triggers assign to the tiers, by the lookup tier_thresholds.
    coalesce(int_customer_values.value_level, 'none') as value_level,
    coalesce(int_customer_values.potential_level, 'none') as potential_level,
    coalesce(int_customer_values.value_segment, 'no purchase') as value_segment,
    int_customer_values.p_alive,
    int_value_inputs.first_purchase_at,
    int_value_inputs.last_purchase_at,
    coalesce(int_value_inputs.order_count, 0) as order_count,
    coalesce(orders.orders_90d, 0) as orders_90d,
    -- The 360 days before the last 90: a quarter of them is the usual number for 90 days.
    coalesce(orders.orders_450d - orders.orders_90d, 0) as orders_360d_before,
    coalesce(complaints.complaints_90d, 0) as complaints_90d,
    complaints.latest_complaint_at,
    int_lifecycle_answers.nps as nps_latest,
    int_lifecycle_answers.nps_group as nps_category,
    arrow_cast(int_lifecycle_answers.at, 'Timestamp(Microsecond, Some("UTC"))') as nps_answered_at
from int_customer_profiles
left join int_customer_stages
    on
        int_customer_profiles.customer_no = int_customer_stages.customer_no
        and int_customer_stages.is_present
left join int_value_inputs
    on
        int_customer_profiles.customer_no = int_value_inputs.customer_no
        and int_value_inputs.is_current
left join int_customer_values
    on
        int_customer_profiles.customer_no = int_customer_values.customer_no
        and int_customer_values.is_current
left join orders
    on int_customer_profiles.customer_no = orders.customer_no
left join complaints
    on int_customer_profiles.customer_no = complaints.customer_no
left join int_lifecycle_answers
    on
        int_customer_profiles.customer_no = int_lifecycle_answers.customer_no
        and int_lifecycle_answers.is_latest
