-- Grain: one row per person known by as_of. Extends customers.
-- The current lifecycle stage of the customer.

select
    int_customer_profiles.customer_key,
    int_customer_stages.stage as lifecycle_stage,
    arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))') as lifecycle_stage_since,
    local_date(arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))'), $time_zone)
        as lifecycle_stage_since_date
from int_customer_profiles
left join int_customer_stages
    on
        int_customer_profiles.customer_no = int_customer_stages.customer_no
        and int_customer_stages.is_present
