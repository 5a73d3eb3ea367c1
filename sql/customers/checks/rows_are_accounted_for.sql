-- Law 1: every row read was loaded, rejected, a duplicate or superseded by a newer version of its key. Returns the
-- sources that differ.

select
    source_reconciliation.source,
    source_reconciliation.rows_read,
    source_reconciliation.rows_loaded,
    source_reconciliation.rows_rejected,
    source_reconciliation.rows_duplicate,
    source_reconciliation.rows_superseded
from source_reconciliation
where
    source_reconciliation.rows_read
    <> source_reconciliation.rows_loaded
    + source_reconciliation.rows_rejected
    + source_reconciliation.rows_duplicate
    + source_reconciliation.rows_superseded
