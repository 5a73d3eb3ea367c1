-- Grain: one row per old_customer_key.
-- Keys of earlier snapshots whose person has another key now, so that what is remembered about a person goes on. A key
-- is that of one record, its first: the key goes where that record is now. If it is no longer delivered, the key goes
-- to the person of the earliest of the records that had the key last. Which runs found the changes does not matter.

with beliefs as (

    select
        int_earlier_identities.source,
        int_earlier_identities.source_id,
        int_earlier_identities.customer_key,
        int_earlier_identities.is_first,
        int_earlier_identities.valid_from,
        coalesce(int_earlier_identities.known_to, date '9999-12-31') as known_until
    from int_earlier_identities
    where int_earlier_identities.customer_key <> 'unidentified'

),

firsts as (

    select distinct
        beliefs.source,
        beliefs.source_id,
        beliefs.customer_key
    from beliefs
    where beliefs.is_first

),

-- Few: most keys are still those of their first records.
moved as (

    select firsts.customer_key
    from firsts
    left join resolved_identities
        on
            firsts.source = resolved_identities.source
            and firsts.source_id = resolved_identities.source_id
    where
        resolved_identities.customer_key is null
        or resolved_identities.customer_key <> firsts.customer_key

),

ranked as (

    select
        beliefs.customer_key as old_customer_key,
        resolved_identities.customer_key,
        row_number() over (
            partition by beliefs.customer_key
            order by
                beliefs.is_first desc,
                beliefs.known_until desc,
                beliefs.valid_from asc nulls last,
                beliefs.source asc,
                beliefs.source_id asc
        ) as place
    from moved
    inner join beliefs
        on moved.customer_key = beliefs.customer_key
    inner join resolved_identities
        on
            beliefs.source = resolved_identities.source
            and beliefs.source_id = resolved_identities.source_id
    where resolved_identities.customer_key <> 'unidentified'

)

select
    ranked.old_customer_key,
    ranked.customer_key
from ranked
where
    ranked.place = 1
    and ranked.old_customer_key <> ranked.customer_key
