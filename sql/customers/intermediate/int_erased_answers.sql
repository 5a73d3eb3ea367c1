-- Grain: one row per survey answer of an erased person.

select resolved_erasures.source_id as response_id
from resolved_erasures
where resolved_erasures.source = 'surveys'
group by resolved_erasures.source_id
