select date '2025-12-31' as valuation_date, true as is_current
union all
select date '2024-12-31' as valuation_date, false as is_current
