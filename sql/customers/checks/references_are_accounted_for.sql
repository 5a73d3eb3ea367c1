-- Law 1: of each reference, every loaded row is matched, unmatched, empty or not compared; and every loaded row of a
-- source is matched or unmatched, with its amount. With upsert, all versions are compared, since the latest are known
-- only after that. Returns the sources and references that differ.

select
    source_reconciliation.source,
    source_references.reference,
    source_reconciliation.rows_loaded,
    source_reconciliation.rows_matched,
    source_reconciliation.rows_unmatched,
    source_references.rows_matched as reference_rows_matched,
    source_references.rows_unmatched as reference_rows_unmatched,
    source_references.rows_empty,
    source_references.rows_unjudged
from source_reconciliation
left join source_references
    on source_reconciliation.source = source_references.source
where
    source_reconciliation.rows_matched + source_reconciliation.rows_unmatched
    not in (
        source_reconciliation.rows_loaded,
        source_reconciliation.rows_loaded + source_reconciliation.rows_superseded
    )
    or (
        source_reconciliation.rows_matched + source_reconciliation.rows_unmatched = source_reconciliation.rows_loaded
        -- Each is rounded to two digits.
        and abs(
            source_reconciliation.amount_loaded
            - source_reconciliation.amount_matched - source_reconciliation.amount_unmatched
        ) > 0.01
    )
    or source_reconciliation.rows_matched + source_reconciliation.rows_unmatched
    <> source_references.rows_matched + source_references.rows_unmatched
    + source_references.rows_empty + source_references.rows_unjudged
    or source_reconciliation.rows_unmatched < source_references.rows_unmatched
