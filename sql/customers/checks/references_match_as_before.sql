-- A reference matches about as often as in the last snapshot: a share that falls by more than 10 percentage points is a
-- broken join before it is news. Of fewer than guard_least_rows rows no share is judged. Returns the references that
-- fell, and those that compare nothing any more.

with

shares as (
    select
        source_references.reference,
        source_references.rows_matched,
        source_references.rows_unmatched,
        source_references.share_matched,
        earlier_references.rows_matched + earlier_references.rows_unmatched as earlier_rows,
        earlier_references.rows_matched * 1.0
        / nullif(earlier_references.rows_matched + earlier_references.rows_unmatched, 0) as earlier_share_matched
    from source_references
    inner join earlier_references
        on source_references.reference = earlier_references.reference
)

select
    shares.reference,
    shares.rows_matched,
    shares.rows_unmatched,
    shares.share_matched,
    shares.earlier_share_matched
from shares
where
    (
        shares.earlier_share_matched - shares.share_matched > 0.1
        and shares.rows_matched + shares.rows_unmatched >= $guard_least_rows
        and shares.earlier_rows >= $guard_least_rows
    )
    -- Nothing is compared any more: the column is empty, or the other extract is.
    or (
        shares.rows_matched + shares.rows_unmatched = 0
        and shares.earlier_rows >= $guard_least_rows
    )
