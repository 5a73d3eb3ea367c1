-- Grain: one row per source and column that refers to another source.
-- Which loaded rows found their value there: a broken join shows here before it shows in the figures.

with

named as (
    select
        reference_counts.source || '.' || reference_counts.column_name as reference,
        reference_counts.source,
        reference_counts.column_name,
        reference_counts.target,
        reference_counts.rows_matched,
        reference_counts.rows_unmatched,
        reference_counts.rows_empty,
        reference_counts.rows_unjudged,
        reference_counts.amount_matched,
        reference_counts.amount_unmatched,
        reference_counts.first_unmatched
    from reference_counts
)

select
    named.reference,
    $as_of as as_of,
    named.source,
    named.column_name,
    named.target,
    named.rows_matched,
    named.rows_unmatched,
    named.rows_empty,
    named.rows_unjudged,
    case
        when named.rows_matched + named.rows_unmatched > 0
            then named.rows_matched * 1.0 / (named.rows_matched + named.rows_unmatched)
    end as share_matched,
    named.amount_matched,
    named.amount_unmatched,
    named.first_unmatched
from named
