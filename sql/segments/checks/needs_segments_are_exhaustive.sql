-- Law 7: every buyer is in exactly one needs segment, nobody else is in any, and the profiles count the same
-- customers under the same name. Returns the segments and customers that differ.

with members as (

    select
        customers.customer_key,
        customers.order_count,
        needs_segments.needs_segment_no,
        needs_segments.needs_segment
    from customers
    full outer join needs_segments
        on customers.customer_key = needs_segments.customer_key

),

sizes as (

    select
        needs_segments.needs_segment_no,
        needs_segments.needs_segment,
        count(*) as customers
    from needs_segments
    group by
        needs_segments.needs_segment_no,
        needs_segments.needs_segment

),

profiles as (

    select
        needs_segment_profiles.needs_segment_no,
        needs_segment_profiles.needs_segment,
        min(needs_segment_profiles.customers) as customers
    from needs_segment_profiles
    group by
        needs_segment_profiles.needs_segment_no,
        needs_segment_profiles.needs_segment

)

select
    members.customer_key,
    members.needs_segment_no,
    members.needs_segment,
    members.order_count as expected,
    cast(null as bigint) as found
from members
where (coalesce(members.order_count, 0) > 0) <> (members.needs_segment_no is not null)

union all

select
    cast(null as varchar) as customer_key,
    coalesce(sizes.needs_segment_no, profiles.needs_segment_no) as needs_segment_no,
    coalesce(sizes.needs_segment, profiles.needs_segment) as needs_segment,
    sizes.customers as expected,
    profiles.customers as found
from sizes
full outer join profiles
    on
        sizes.needs_segment_no = profiles.needs_segment_no
        and sizes.needs_segment = profiles.needs_segment
where sizes.customers is distinct from profiles.customers
