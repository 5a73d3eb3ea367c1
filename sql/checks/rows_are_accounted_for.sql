-- Law 1: every row that was read was loaded, rejected or a duplicate. Returns the sources where not.

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
