-- Features that the lookup needs_features names and no model computes.

select
    needs_features.feature,
    needs_features.weight
from needs_features
left join int_needs_weights
    on needs_features.feature = int_needs_weights.feature
where int_needs_weights.feature is null
