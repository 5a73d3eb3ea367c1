select
    lifecycle_funnel.month,
    lifecycle_funnel.stage,
    lifecycle_funnel.customers_entered as entered,
    round(lifecycle_funnel.conversion_to_next, 4) as converted,
    round(lifecycle_funnel.conversion_ci_low, 4) as ci_low,
    round(lifecycle_funnel.conversion_ci_high, 4) as ci_high,
    round(lifecycle_funnel.share_at_risk_or_lapsed, 4) as silent,
    round(lifecycle_funnel.share_still_there, 4) as still_there,
    round(lifecycle_funnel.share_moved_back, 4) as back,
    lifecycle_funnel.is_complete_month as is_complete
from lifecycle_funnel
where
    lifecycle_funnel.customers_entered > 0
    and lifecycle_funnel.stage not in ('attraction', 'at_risk')
order by
    lifecycle_funnel.month,
    lifecycle_funnel.stage_order
