select
    cast('2024-12-31' as date) as valuation_date,
    false as is_current

union all

select
    cast('2025-12-31' as date) as valuation_date,
    true as is_current
