select
    'rolling_12_months' as period,
    cast(12 * 2025 + 11 as bigint) as month_no,
    'all_touchpoints' as level,
    'all' as item,
    'all' as segment,
    'csat' as metric,
    cast(42 as bigint) as responses,
    26.0 / 42.0 as value,
    0.4 as ci_low,
    0.8 as ci_high,
    false as is_suppressed
