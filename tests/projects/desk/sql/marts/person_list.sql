-- Grain: one row per person.

select
    people.person_id,
    people.name,
    people.changed_at
from people
