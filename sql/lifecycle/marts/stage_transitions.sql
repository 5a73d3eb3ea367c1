-- Grain: one row per month, stage left and stage entered.
-- Flows between lifecycle stages; a person's first stage comes from 'none'.

select
    int_stage_moves.month,
    int_stage_moves.from_stage,
    int_stage_moves.to_stage,
    int_stage_moves.customers,
    cast(int_stage_moves.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from int_stage_moves
