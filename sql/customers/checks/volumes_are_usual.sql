-- Returns the volumes, averages and shares that differ by more than the soft bounds from what they should be, and not
-- by more than the hard ones.

select
    int_volume_guards.item,
    int_volume_guards.compared,
    int_volume_guards.this_run,
    int_volume_guards.earlier_run,
    int_volume_guards.lowest,
    int_volume_guards.highest,
    int_volume_guards.as_of,
    int_volume_guards.earlier_as_of
from int_volume_guards
where int_volume_guards.level = 1
