-- No rate extract.
select
    'SEK' as currency,
    date '2025-01-01' as day,
    cast(1000000 as bigint) as rate_e6
where false
