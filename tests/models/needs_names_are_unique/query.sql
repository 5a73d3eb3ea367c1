select *
from int_needs_names
order by int_needs_names.needs_segment_no
