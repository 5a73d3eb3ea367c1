-- Grain: one row per person known by as_of. Extends customers.
-- The needs segment of buyers. Everybody else is in segment 'no purchase'.

select
    int_customer_profiles.customer_key,
    coalesce(int_needs_names.needs_segment, 'no purchase') as needs_segment
from int_customer_profiles
left join int_needs_members
    on int_customer_profiles.customer_no = int_needs_members.customer_no
left join int_needs_names
    on int_needs_members.needs_segment_no = int_needs_names.needs_segment_no
