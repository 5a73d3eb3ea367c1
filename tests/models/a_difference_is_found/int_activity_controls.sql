select
    1 as activity_no,
    'pool' as rate_source,
    cast(24 as decimal(38, 2)) as cost
