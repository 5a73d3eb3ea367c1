-- Returns the tables in which rows of erased persons are left, and how many.

with left_over as (

    select
        'customer_identities' as table_name,
        count(*) as rows_left
    from resolved_erasures
    inner join customer_identities
        on
            resolved_erasures.source = customer_identities.source
            and resolved_erasures.source_id = customer_identities.source_id

    union all

    select
        'identity_links' as table_name,
        count(*) as rows_left
    from resolved_erasures
    inner join identity_links
        on
            (
                resolved_erasures.source = identity_links.source
                and resolved_erasures.source_id = identity_links.source_id
            )
            or (
                resolved_erasures.source = identity_links.other_source
                and resolved_erasures.source_id = identity_links.other_source_id
            )

    union all

    select
        'identity_rejects' as table_name,
        count(*) as rows_left
    from resolved_erasures
    inner join identity_rejects
        on
            resolved_erasures.source = identity_rejects.source
            and resolved_erasures.source_id = identity_rejects.source_id

    union all

    select
        'customer_identity_changes' as table_name,
        count(*) as rows_left
    from resolved_erasures
    inner join customer_identity_changes
        on
            resolved_erasures.source = customer_identity_changes.source
            and resolved_erasures.source_id = customer_identity_changes.source_id

    union all

    select
        'customer_contacts' as table_name,
        count(*) as rows_left
    from int_erased_keys
    inner join customer_contacts
        on int_erased_keys.customer_key = customer_contacts.customer_key

    union all

    select
        'customers' as table_name,
        count(*) as rows_left
    from int_erased_keys
    inner join customers
        on int_erased_keys.customer_key = customers.customer_key

    union all

    select
        'orders' as table_name,
        count(*) as rows_left
    from int_erased_transactions
    inner join orders
        on int_erased_transactions.transaction_id = orders.transaction_id

)

select
    left_over.table_name,
    left_over.rows_left
from left_over
where left_over.rows_left > 0
