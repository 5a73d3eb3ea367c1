select
    'step' as figure,
    cast(experience_growth.score as varchar) as item,
    experience_growth.customers,
    cast(experience_growth.revenue_before as varchar) as revenue_before,
    cast(experience_growth.revenue_after as varchar) as revenue_after,
    round(experience_growth.growth, 6) as value,
    round(experience_growth.ci_low, 6) as ci_low,
    round(experience_growth.ci_high, 6) as ci_high,
    experience_growth.is_suppressed,
    experience_growth.established_customers,
    round(experience_growth.established_growth, 6) as established_growth,
    round(experience_growth.established_ci_low, 6) as established_ci_low,
    experience_growth.is_established_suppressed
from experience_growth

union all

select
    'slope' as figure,
    experience_growth_slopes.basis as item,
    experience_growth_slopes.customers,
    null as revenue_before,
    null as revenue_after,
    round(experience_growth_slopes.slope, 6) as value,
    round(experience_growth_slopes.ci_low, 6) as ci_low,
    round(experience_growth_slopes.ci_high, 6) as ci_high,
    experience_growth_slopes.is_suppressed,
    null as established_customers,
    round(experience_growth_slopes.correlation, 6) as established_growth,
    null as established_ci_low,
    null as is_established_suppressed
from experience_growth_slopes
order by
    figure desc,
    item
