-- Law 2, first half: each loaded transaction line known by as_of is in exactly one order, and each interaction in
-- exactly one contact. Returns the sources that differ.

with used as (

    select
        'transactions' as source,
        coalesce(sum(int_orders.lines), 0) as rows_used
    from int_orders

    union all

    select
        'crm_interactions' as source,
        count(*) as rows_used
    from int_contacts

)

select
    source_reconciliation.source,
    source_reconciliation.rows_loaded,
    source_reconciliation.rows_after_as_of,
    used.rows_used
from source_reconciliation
inner join used
    on source_reconciliation.source = used.source
where
    source_reconciliation.rows_loaded
    - source_reconciliation.rows_after_as_of
    - source_reconciliation.rows_superseded
    - source_reconciliation.rows_deleted
    <> used.rows_used
