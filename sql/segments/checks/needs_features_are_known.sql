-- Returns the features in the lookup needs_features that no model computes (int_needs_weights has the same list), and
-- those with a negative weight.

select
    needs_features.feature,
    needs_features.weight
from needs_features
where
    needs_features.feature not in (
        'app_share',
        'category_breadth',
        'discount_share',
        'lines_per_order',
        'order_frequency',
        'order_value',
        'personal_contacts',
        'phone_share',
        'return_share',
        'self_service',
        'store_share',
        'web_share'
    )
    or needs_features.weight < 0
