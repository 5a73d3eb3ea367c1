select
    'phone' as activity,
    cast('2025-01-01' as date) as period,
    cast(30 as decimal(14, 2)) as pool_cost
