select
    int_needs_members.needs_segment_no,
    int_needs_names.needs_segment,
    case
        when int_needs_members.customer_no <= 10 then 'store, then app'
        when int_needs_members.customer_no <= 1000 then 'store'
        when int_needs_members.customer_no <= 2000 then 'web'
        when int_needs_members.customer_no <= 2100 then 'app'
        else 'app, new'
    end as kind,
    count(*) as customers,
    min(int_needs_population.customers) as found_among,
    min(int_needs_population.reference_date) as reference_date
from int_needs_members
inner join int_needs_names
    on int_needs_members.needs_segment_no = int_needs_names.needs_segment_no
cross join int_needs_population
group by
    int_needs_members.needs_segment_no,
    int_needs_names.needs_segment,
    kind
order by
    int_needs_members.needs_segment_no,
    kind
