select
    int_volume_guards.item,
    int_volume_guards.this_run,
    int_volume_guards.earlier_run,
    int_volume_guards.lowest,
    int_volume_guards.highest,
    int_volume_guards.level
from int_volume_guards
order by int_volume_guards.item
