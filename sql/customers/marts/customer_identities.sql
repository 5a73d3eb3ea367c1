-- Grain: one row per source, source_id and known_from: one belief about a source record.
-- Who each source record belongs to, and what was believed at any earlier time. What is no longer believed comes from
-- the last snapshot. On a day D, at most one row per record has known_from <= D and (known_to is null or known_to > D).
-- A record that is no longer delivered keeps its person, under the key that the person has now.

with open_beliefs as (

    select *
    from int_earlier_identities
    where int_earlier_identities.known_to is null

),

compared as (

    select
        open_beliefs.source as old_source,
        open_beliefs.source_id as old_source_id,
        open_beliefs.customer_key as old_customer_key,
        open_beliefs.matched_by as old_matched_by,
        open_beliefs.score as old_score,
        open_beliefs.valid_from as old_valid_from,
        open_beliefs.valid_to as old_valid_to,
        open_beliefs.known_from as old_known_from,
        open_beliefs.is_first as old_is_first,
        coalesce(resolved_identities.source, open_beliefs.source) as source,
        coalesce(resolved_identities.source_id, open_beliefs.source_id) as source_id,
        coalesce(
            resolved_identities.customer_key, int_customer_key_changes.customer_key, open_beliefs.customer_key
        ) as customer_key,
        coalesce(resolved_identities.matched_by, open_beliefs.matched_by) as matched_by,
        coalesce(
            resolved_identities.is_first, int_customer_key_changes.customer_key is null and open_beliefs.is_first
        ) as is_first,
        case when resolved_identities.source is null then open_beliefs.score else resolved_identities.score end
            as score,
        case
            when resolved_identities.source is null then open_beliefs.valid_from else resolved_identities.known_from
        end as valid_from,
        case when resolved_identities.source is null then coalesce(open_beliefs.valid_to, $as_of) end as valid_to
    from resolved_identities
    full outer join open_beliefs
        on
            resolved_identities.source = open_beliefs.source
            and resolved_identities.source_id = open_beliefs.source_id
    left join int_customer_key_changes
        on open_beliefs.customer_key = int_customer_key_changes.old_customer_key

),

judged as (

    select
        compared.*,
        (
            compared.old_known_from is null
            or compared.customer_key <> compared.old_customer_key
            or compared.matched_by <> compared.old_matched_by
            or coalesce(compared.score, -1) <> coalesce(compared.old_score, -1)
            or coalesce(compared.valid_from, date '0001-01-01') <> coalesce(compared.old_valid_from, date '0001-01-01')
            or coalesce(compared.valid_to, date '9999-12-31') <> coalesce(compared.old_valid_to, date '9999-12-31')
        ) as is_new
    from compared

)

select
    judged.source,
    judged.source_id,
    judged.customer_key,
    judged.matched_by,
    judged.score,
    judged.valid_from,
    judged.valid_to,
    case when judged.is_new then $as_of else judged.old_known_from end as known_from,
    cast(null as date) as known_to,
    judged.is_first
from judged

union all

select
    judged.old_source as source,
    judged.old_source_id as source_id,
    judged.old_customer_key as customer_key,
    judged.old_matched_by as matched_by,
    judged.old_score as score,
    judged.old_valid_from as valid_from,
    judged.old_valid_to as valid_to,
    judged.old_known_from as known_from,
    $as_of as known_to,
    judged.old_is_first as is_first
from judged
where
    judged.is_new
    and judged.old_known_from is not null

union all

select
    int_earlier_identities.source,
    int_earlier_identities.source_id,
    int_earlier_identities.customer_key,
    int_earlier_identities.matched_by,
    int_earlier_identities.score,
    int_earlier_identities.valid_from,
    int_earlier_identities.valid_to,
    int_earlier_identities.known_from,
    int_earlier_identities.known_to,
    int_earlier_identities.is_first
from int_earlier_identities
where int_earlier_identities.known_to is not null
