select
    cast('2025-03-03' as date) as valuation_date,
    false as is_current
