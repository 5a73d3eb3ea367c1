-- Grain: one row per source, source_id and as-of day on which the record changed persons.
-- Source records whose customer_key differs from the previous snapshot. Anything joined to the old key elsewhere (a
-- BI extract, a mailing list) must be joined to the new one. Earlier changes come from the last snapshot. Several
-- changes on one day are shown as one, from the first old key to the last new one. A record that is new, no longer
-- delivered, or was or is nobody's, has not changed persons.

with customer_identities as (

    select * from customer_identities

),

earlier_identities as (

    select * from earlier_identities

),

earlier_identity_changes as (

    select * from earlier_identity_changes

),

known_twice as (

    select
        customer_identities.source,
        customer_identities.source_id,
        earlier_identities.customer_key as old_customer_key,
        customer_identities.customer_key as new_customer_key
    from customer_identities
    inner join earlier_identities
        on
            customer_identities.source = earlier_identities.source
            and customer_identities.source_id = earlier_identities.source_id
    where
        customer_identities.customer_key <> 'unidentified'
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

told_today as (

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

)

select
    told_today.source,
    told_today.source_id,
    told_today.old_customer_key,
    told_today.new_customer_key,
    told_today.reason,
    $as_of as changed_as_of
from told_today
where told_today.old_customer_key <> told_today.new_customer_key

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
