select
    'contribution' as basis,
    cast(0.05 as double) as tolerance
