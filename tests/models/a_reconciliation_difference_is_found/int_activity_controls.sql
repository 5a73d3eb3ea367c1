select
    'phone' as activity,
    'pool' as rate_source,
    cast(24 as decimal(38, 2)) as cost
