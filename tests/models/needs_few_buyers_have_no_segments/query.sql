select
    int_needs_members.needs_segment_no,
    int_needs_names.needs_segment,
    count(*) as customers,
    count(int_needs_members.distance) as distances,
    min(int_needs_fits.found_fit['status']) as status,
    min(int_needs_population.reference_date) as reference_date
from int_needs_members
inner join int_needs_names
    on int_needs_members.needs_segment_no = int_needs_names.needs_segment_no
cross join int_needs_fits
cross join int_needs_population
group by
    int_needs_members.needs_segment_no,
    int_needs_names.needs_segment
