-- Grain: one row per customer_key that was an erased person's.
-- Keys of earlier runs under which histories know an erased person, without those that another person still has.

with former as (

    select earlier_identities.customer_key
    from earlier_identities
    inner join resolved_erasures
        on
            earlier_identities.source = coalesce(resolved_erasures.source, 'crm_customers')
            and earlier_identities.source_id = resolved_erasures.source_id

    union all

    select earlier_identity_changes.old_customer_key as customer_key
    from earlier_identity_changes
    inner join resolved_erasures
        on
            earlier_identity_changes.source = coalesce(resolved_erasures.source, 'crm_customers')
            and earlier_identity_changes.source_id = resolved_erasures.source_id

)

select former.customer_key
from former
left join int_persons
    on former.customer_key = int_persons.customer_key
where
    int_persons.customer_key is null
    and former.customer_key <> 'unidentified'
group by former.customer_key
