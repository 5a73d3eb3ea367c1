select
    profit_curve.percentile,
    profit_curve.customers,
    profit_curve.cumulative_customers,
    profit_curve.profit,
    profit_curve.cumulative_profit,
    round(profit_curve.cumulative_profit_share, 4) as cumulative_profit_share,
    profit_curve.is_peak,
    profit_curve.peak_profit,
    profit_curve.erosion
from profit_curve
order by profit_curve.percentile
