-- Grain: one row per visit.

select
    visits.visit_id,
    visits.person_id,
    visits.visited_at
from visits
