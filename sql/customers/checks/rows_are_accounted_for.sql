-- Law 1: every line read is header, ignored or a row, and every row read was loaded, rejected, a duplicate or
-- superseded by a newer version of its key. Returns the sources that differ.

select
    source_reconciliation.source,
    source_reconciliation.lines_read,
    source_reconciliation.lines_header,
    source_reconciliation.lines_ignored,
    source_reconciliation.rows_read,
    source_reconciliation.rows_loaded,
    source_reconciliation.rows_rejected,
    source_reconciliation.rows_duplicate,
    source_reconciliation.rows_superseded
from source_reconciliation
where
    source_reconciliation.lines_read
    <> source_reconciliation.lines_header
    + source_reconciliation.lines_ignored
    + source_reconciliation.rows_read
    or source_reconciliation.rows_read
    <> source_reconciliation.rows_loaded
    + source_reconciliation.rows_rejected
    + source_reconciliation.rows_duplicate
    + source_reconciliation.rows_superseded
