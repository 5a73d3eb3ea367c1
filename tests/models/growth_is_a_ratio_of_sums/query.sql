select
    'step' as figure,
    experience_growth.score,
    experience_growth.customers,
    experience_growth.first_time_customers as first_time,
    cast(experience_growth.revenue_before as varchar) as revenue_before,
    cast(experience_growth.revenue_after as varchar) as revenue_after,
    round(experience_growth.growth, 6) as value,
    round(experience_growth.ci_low, 6) as ci_low,
    round(experience_growth.ci_high, 6) as ci_high,
    experience_growth.is_suppressed,
    experience_growth.suppressed_because as because
from experience_growth

union all

select
    'slope' as figure,
    null as score,
    experience_growth_slopes.customers,
    null as first_time,
    null as revenue_before,
    null as revenue_after,
    round(experience_growth_slopes.slope, 6) as value,
    round(experience_growth_slopes.ci_low, 6) as ci_low,
    round(experience_growth_slopes.ci_high, 6) as ci_high,
    experience_growth_slopes.is_suppressed,
    null as because
from experience_growth_slopes
order by
    figure desc,
    score
