-- Grain: one row per source.

select
    source_counts.source,
    source_counts.files,
    source_counts.files_duplicate,
    source_counts.rows_read,
    source_counts.rows_loaded,
    source_counts.rows_rejected,
    source_counts.rows_duplicate,
    source_counts.rows_after_as_of,
    source_counts.rows_late,
    source_counts.rows_superseded,
    source_counts.rows_deleted
from source_counts
