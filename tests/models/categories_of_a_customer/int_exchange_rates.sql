-- No rate extract.
select
    'SEK' as currency,
    date '2025-01-01' as day,
    cast(1 as decimal(18, 6)) as rate
where false
