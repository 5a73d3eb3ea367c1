-- Law 2, first half: each loaded transaction line known by as_of is in exactly one order or return or left out with a
-- reason, and each interaction in exactly one contact or erased. Returns the sources that differ, and
-- orders if their lines are not those that count.

with used as (

    select
        'transactions' as source,
        coalesce(sum(transaction_reconciliation.lines), 0) as rows_used
    from transaction_reconciliation

    union all

    select
        'crm_interactions' as source,
        count(*) as rows_used
    from int_contacts

),

counted as (

    select coalesce(sum(transaction_reconciliation.lines), 0) as lines
    from transaction_reconciliation
    where transaction_reconciliation.outcome not in ('left out', 'erased')

),

ordered as (

    select coalesce(sum(int_orders.lines), 0) as lines
    from int_orders

)

select
    source_reconciliation.source,
    source_reconciliation.rows_loaded
    - source_reconciliation.rows_after_as_of
    - source_reconciliation.rows_deleted
    - case source_reconciliation.source when 'transactions' then 0 else source_reconciliation.rows_erased end
        as rows_expected,
    used.rows_used
from source_reconciliation
inner join used
    on source_reconciliation.source = used.source
where
    source_reconciliation.rows_loaded
    - source_reconciliation.rows_after_as_of
    - source_reconciliation.rows_deleted
    - case source_reconciliation.source when 'transactions' then 0 else source_reconciliation.rows_erased end
    <> used.rows_used

union all

select
    'orders' as source,
    counted.lines as rows_expected,
    ordered.lines as rows_used
from counted
cross join ordered
where counted.lines <> ordered.lines
