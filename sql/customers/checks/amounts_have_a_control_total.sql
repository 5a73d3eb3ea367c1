-- Transaction lines are held against the control total of their extract. Returns their number if the source
-- transactions does not exist or declares no amount, so that there is none.

with extract as (

    select count(source_reconciliation.amount_loaded) as control_totals
    from source_reconciliation
    where source_reconciliation.source = 'transactions'

),

lines as (

    select coalesce(sum(transaction_reconciliation.lines), 0) as lines
    from transaction_reconciliation

)

select lines.lines
from lines
cross join extract
where
    lines.lines > 0
    and extract.control_totals = 0
