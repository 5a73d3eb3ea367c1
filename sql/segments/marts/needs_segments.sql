-- Grain: one row per customer with a purchase.
-- Needs-based segment of each buyer: customers who behave alike, independent of their value.

select
    int_persons.customer_key,
    $as_of as as_of,
    int_needs_members.needs_segment_no,
    int_needs_names.needs_segment,
    int_needs_members.distance,
    int_needs_population.reference_date
from int_needs_members
inner join int_persons
    on int_needs_members.customer_no = int_persons.customer_no
inner join int_needs_names
    on int_needs_members.needs_segment_no = int_needs_names.needs_segment_no
cross join int_needs_population
