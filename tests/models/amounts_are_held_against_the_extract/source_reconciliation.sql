-- Two lines of 100.00 in SEK, one of 50.00 in EUR.
select
    'transactions' as source,
    cast(3 as bigint) as rows_loaded,
    cast(0 as bigint) as rows_after_as_of,
    cast(0 as bigint) as rows_superseded,
    cast(0 as bigint) as rows_deleted,
    cast(250 as decimal(38, 2)) as amount_loaded
