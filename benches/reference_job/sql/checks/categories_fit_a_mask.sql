-- One row per category that has no bit in the mask of 63.
select
    int_categories.category,
    int_categories.bit_no
from int_categories
where int_categories.bit_no > 62
