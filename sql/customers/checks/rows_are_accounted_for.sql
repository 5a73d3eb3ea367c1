-- Law 1: every row read was loaded, rejected or a duplicate. Returns the sources that differ.

select
    source_reconciliation.source,
    source_reconciliation.rows_read,
    source_reconciliation.rows_loaded,
    source_reconciliation.rows_rejected,
    source_reconciliation.rows_duplicate
from source_reconciliation
where
    source_reconciliation.rows_read
    <> source_reconciliation.rows_loaded + source_reconciliation.rows_rejected + source_reconciliation.rows_duplicate
