-- A newer version of a transaction line has about the time of the earlier one. Where more than the share
-- max_disagreeing_orders of all lines was replaced by a line of another day, these are other sales: receipt numbers
-- that begin again each year or in each store. Returns the numbers if that is so.

select
    source_reconciliation.source as item,
    source_reconciliation.rows_loaded,
    source_reconciliation.rows_superseded,
    source_reconciliation.rows_superseded_moved
from source_reconciliation
where
    source_reconciliation.source = 'transactions'
    and source_reconciliation.rows_superseded_moved
    > $max_disagreeing_orders * (source_reconciliation.rows_loaded + source_reconciliation.rows_superseded)
