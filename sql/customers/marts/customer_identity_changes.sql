-- Grain: one row per source, source_id, as-of day on which the record changed persons, and old key.
-- Source records whose customer_key differs from the previous snapshot. Anything joined to the old key elsewhere (a
-- BI extract, a mailing list) must be joined to the new one. Earlier changes come from the last snapshot. Several
-- changes on one day are shown as one, from the first old key to the last new one. A record that is new, no longer
-- delivered, or was or is nobody's, has not changed persons. An answer that attaches to a person moves with it, so the
-- reason is that of its person. A run with --rekey gives every record a new key: the reason is rekeyed. If it is not
-- the first change of its day, each key that the record had that day leads to the last one.

with resolved_identities as (

    select * from resolved_identities

),

earlier_identities as (

    -- What the last snapshot believed about the records that were delivered to it.
    select * from earlier_identities
    where
        earlier_identities.known_to is null
        and earlier_identities.valid_to is null

),

earlier_identity_changes as (

    select earlier_identity_changes.*
    from earlier_identity_changes
    left join resolved_erasures
        on
            earlier_identity_changes.source = resolved_erasures.source
            and earlier_identity_changes.source_id = resolved_erasures.source_id
    where resolved_erasures.source_id is null

),

known_twice as (

    select
        resolved_identities.source,
        resolved_identities.source_id,
        earlier_identities.customer_key as old_customer_key,
        resolved_identities.customer_key as new_customer_key
    from resolved_identities
    inner join earlier_identities
        on
            resolved_identities.source = earlier_identities.source
            and resolved_identities.source_id = earlier_identities.source_id
    where
        resolved_identities.customer_key <> 'unidentified'
        and earlier_identities.customer_key <> 'unidentified'

),

old_persons as (

    select
        known_twice.old_customer_key,
        count(distinct known_twice.new_customer_key) as new_persons
    from known_twice
    group by known_twice.old_customer_key

),

new_persons as (

    select
        known_twice.new_customer_key,
        count(distinct known_twice.old_customer_key) as old_persons
    from known_twice
    group by known_twice.new_customer_key

),

changed_now as (

    select
        known_twice.source,
        known_twice.source_id,
        known_twice.old_customer_key,
        known_twice.new_customer_key,
        case
            when $is_rekeyed then 'rekeyed'
            when new_persons.old_persons > 1 and old_persons.new_persons > 1 then 'merged and split'
            when new_persons.old_persons > 1 then 'merged'
            when old_persons.new_persons > 1 then 'split'
            else 'renamed'
        end as reason
    from known_twice
    inner join old_persons
        on known_twice.old_customer_key = old_persons.old_customer_key
    inner join new_persons
        on known_twice.new_customer_key = new_persons.new_customer_key
    where known_twice.old_customer_key <> known_twice.new_customer_key

),

changed_today as (

    select *
    from earlier_identity_changes
    where earlier_identity_changes.changed_as_of = $as_of

),

changed_records as (

    select distinct
        changed_today.source,
        changed_today.source_id
    from changed_today

),

found_today as (

    select
        coalesce(changed_now.source, changed_today.source) as source,
        coalesce(changed_now.source_id, changed_today.source_id) as source_id,
        coalesce(changed_today.old_customer_key, changed_now.old_customer_key) as old_customer_key,
        coalesce(changed_now.new_customer_key, changed_today.new_customer_key) as new_customer_key,
        coalesce(changed_now.reason, changed_today.reason) as reason
    from changed_now
    full outer join changed_today
        on
            changed_now.source = changed_today.source
            and changed_now.source_id = changed_today.source_id

    union all

    select
        changed_now.source,
        changed_now.source_id,
        changed_now.old_customer_key,
        changed_now.new_customer_key,
        changed_now.reason
    from changed_now
    inner join changed_records
        on
            changed_now.source = changed_records.source
            and changed_now.source_id = changed_records.source_id
    where $is_rekeyed

)

select
    found_today.source,
    found_today.source_id,
    found_today.old_customer_key,
    found_today.new_customer_key,
    found_today.reason,
    $as_of as changed_as_of
from found_today
where found_today.old_customer_key <> found_today.new_customer_key

union all

select
    earlier_identity_changes.source,
    earlier_identity_changes.source_id,
    earlier_identity_changes.old_customer_key,
    earlier_identity_changes.new_customer_key,
    earlier_identity_changes.reason,
    earlier_identity_changes.changed_as_of
from earlier_identity_changes
where earlier_identity_changes.changed_as_of < $as_of
