select
    'browse' as journey,
    'search' as touchpoint
