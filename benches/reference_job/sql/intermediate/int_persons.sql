-- Grain: one row per person.
-- Purpose: a number for each person, ascending with person_id, so that grouping, joining and ranking use integers.
with person_ids as (
    select distinct customer_identities.first_source_id as person_id
    from customer_identities
)

select
    person_ids.person_id,
    cast(row_number() over (order by person_ids.person_id) as bigint) as person_no
from person_ids
