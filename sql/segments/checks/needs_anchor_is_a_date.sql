-- The var needs_anchor_date is empty or a date. Returns it otherwise.

select $needs_anchor_date as needs_anchor_date
where
    $needs_anchor_date <> ''
    and try_cast($needs_anchor_date as date) is null
