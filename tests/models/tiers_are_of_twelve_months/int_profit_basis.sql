select
    'contribution' as basis,
    cast(1 as double) as known_cost_share,
    cast(1 as double) as known_cost_revenue_share,
    cast(1 as double) as known_service_share
