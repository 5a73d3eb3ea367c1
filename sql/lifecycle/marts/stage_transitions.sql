-- Grain: one row per month, stage left and stage entered.
-- Flows between lifecycle stages; a person's first stage comes from 'none'.

select
    int_stage_moves.month,
    int_stage_moves.from_stage,
    int_stage_moves.to_stage,
    int_stage_moves.customers
from int_stage_moves
