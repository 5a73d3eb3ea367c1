-- Grain: one row per person.
-- Gives each customer_key a small integer for this run, the one surrogate key of the pipeline, so that large joins and
-- groupings use integers instead of text. customer_no is never published, and another run may number persons
-- differently. 0 is 'unidentified'.

with persons as (

    select resolved_identities.customer_key
    from resolved_identities
    where resolved_identities.customer_key <> 'unidentified'
    group by resolved_identities.customer_key

)

select
    persons.customer_key,
    cast(row_number() over (order by persons.customer_key) as bigint) as customer_no
from persons
