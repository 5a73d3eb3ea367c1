select
    'phone' as activity,
    cast('2025-01-01' as date) as month,
    cast(3000 as bigint) as pool_cost_minor
