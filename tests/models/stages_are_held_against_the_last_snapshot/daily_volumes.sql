select
    date '2025-12-30' as date,
    'order' as event
