select
    date '2025-12-31' as valuation_date,
    cast(5 as bigint) as customers
