-- Grain: one row per feature of a person's behaviour.
-- The features in the order of int_needs_features, with their row in the lookup needs_features; an omitted feature
-- has weight 0. The check needs_features_are_known has the same list.

with features as (

    select
        column1 as position,
        column2 as feature
    from (
        values
        (1, 'app_share'),
        (2, 'category_breadth'),
        (3, 'discount_share'),
        (4, 'lines_per_order'),
        (5, 'order_frequency'),
        (6, 'order_value'),
        (7, 'personal_contacts'),
        (8, 'phone_share'),
        (9, 'return_share'),
        (10, 'self_service'),
        (11, 'store_share'),
        (12, 'web_share')
    )

)

select
    features.position,
    features.feature,
    coalesce(cast(needs_features.weight as double), 0.0) as weight,
    needs_features.label_high,
    needs_features.label_low
from features
left join needs_features
    on features.feature = needs_features.feature
