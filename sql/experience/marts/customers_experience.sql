-- Grain: one row per person known by as_of. Extends customers.
-- The latest answer to the recommendation question of a relationship survey.

select
    int_customer_profiles.customer_key,
    int_lifecycle_answers.nps as nps_latest,
    int_lifecycle_answers.nps_group as nps_category
from int_customer_profiles
left join int_lifecycle_answers
    on
        int_customer_profiles.customer_no = int_lifecycle_answers.customer_no
        and int_lifecycle_answers.is_latest
