-- Grain: one row per source of this run.
-- Lines of each source: header, ignored or rows. Rows: loaded, rejected, duplicate or superseded; and of the loaded
-- rows, those that no table counts, such as those of erased persons.

select
    source_counts.source,
    $as_of as as_of,
    source_counts.files,
    source_counts.files_duplicate,
    source_counts.lines_read,
    source_counts.lines_header,
    source_counts.lines_ignored,
    source_counts.rows_read,
    source_counts.rows_loaded,
    source_counts.rows_rejected,
    source_counts.rows_duplicate,
    source_counts.rows_after_as_of,
    source_counts.rows_late,
    source_counts.rows_superseded,
    source_counts.rows_superseded_moved,
    source_counts.rows_deleted,
    coalesce(int_rows_erased.rows_erased, 0) as rows_erased,
    source_counts.rows_corrected,
    source_counts.ids_corrected,
    source_counts.rows_matched,
    source_counts.rows_unmatched,
    source_counts.amount_read,
    source_counts.amount_loaded,
    source_counts.amount_matched,
    source_counts.amount_unmatched
from source_counts
left join int_rows_erased
    on source_counts.source = int_rows_erased.source
