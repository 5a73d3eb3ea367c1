-- A tier of a higher level begins at no smaller amount than one of a lower level. Amounts and quantiles may be mixed,
-- so only the data shows it. Returns the pairs in the wrong order.

with levels as (

    select
        int_value_thresholds.valuation_date,
        int_value_thresholds.measure,
        int_value_thresholds.tier,
        int_value_thresholds.from_minor,
        case int_value_thresholds.level
            when 'high' then 3
            when 'medium' then 2
            else 1
        end as level_rank
    from int_value_thresholds
    where int_value_thresholds.from_minor is not null

)

select
    levels.valuation_date,
    levels.measure,
    levels.tier as higher_tier,
    levels.from_minor as higher_from_minor,
    lower_levels.tier as lower_tier,
    lower_levels.from_minor as lower_from_minor
from levels
inner join levels as lower_levels
    on
        levels.valuation_date = lower_levels.valuation_date
        and levels.measure = lower_levels.measure
        and levels.level_rank > lower_levels.level_rank
where levels.from_minor < lower_levels.from_minor
