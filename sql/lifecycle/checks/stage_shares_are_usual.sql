-- Returns the lifecycle stages whose share of the customers differs by more than the soft bounds from what it should
-- be, and not by more than the hard ones.

select
    int_stage_guards.item,
    int_stage_guards.compared,
    int_stage_guards.this_run,
    int_stage_guards.earlier_run,
    int_stage_guards.this_month,
    int_stage_guards.earlier_month
from int_stage_guards
where int_stage_guards.level = 1
