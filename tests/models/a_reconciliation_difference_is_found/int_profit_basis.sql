select
    'contribution' as basis,
    true as has_known_margin,
    true as has_known_service
