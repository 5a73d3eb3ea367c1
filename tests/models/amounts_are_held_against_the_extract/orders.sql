-- A refund of SEK 95.00 became 94.00.
select
    'SEK' as currency,
    cast(100.01 as decimal(18, 2)) as gross_revenue,
    cast(94 as decimal(18, 2)) as returns
