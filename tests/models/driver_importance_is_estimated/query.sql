select
    target,
    driver_type,
    driver,
    round(importance, 8) as importance,
    round(importance_share, 8) as importance_share,
    importance_rank,
    round(johnson_weight, 8) as johnson_weight,
    round(correlation, 8) as correlation,
    ci_low <= importance and importance <= ci_high as is_inside,
    rank_low,
    rank_high,
    is_significant,
    responses,
    round(r_squared, 8) as r_squared,
    method,
    status,
    set_status
from cx_drivers
where target in ('nps', 'retention_12m', 'margin_growth_12m')
order by
    target,
    driver_type,
    importance_rank,
    driver
