select
    int_stage_guards.item,
    int_stage_guards.compared,
    int_stage_guards.this_run,
    int_stage_guards.earlier_run,
    int_stage_guards.this_month,
    int_stage_guards.earlier_month,
    int_stage_guards.level
from int_stage_guards
order by int_stage_guards.item
