-- Returns the driver sets whose importances do not add up to r_squared or whose shares do not add up to 1, within
-- 10^-9, and those whose ranks are not 1 to n. A set that explains nothing has no shares.

with sets as (

    select
        cx_drivers.target,
        cx_drivers.driver_set,
        max(cx_drivers.r_squared) as r_squared,
        sum(cx_drivers.importance) as importance,
        sum(cx_drivers.importance_share) as importance_share,
        count(cx_drivers.importance) as drivers,
        count(cx_drivers.importance_rank) as ranks,
        count(distinct cx_drivers.importance_rank) as different_ranks,
        max(cx_drivers.importance_rank) as last_rank
    from cx_drivers
    group by
        cx_drivers.target,
        cx_drivers.driver_set

)

select
    sets.target,
    sets.driver_set,
    sets.r_squared,
    sets.importance,
    sets.importance_share,
    sets.drivers,
    sets.ranks,
    sets.different_ranks,
    sets.last_rank
from sets
where
    abs(sets.importance - sets.r_squared) > 0.000000001
    or abs(sets.importance_share - 1) > 0.000000001
    or sets.drivers <> sets.ranks
    or sets.ranks <> sets.different_ranks
    or sets.ranks <> sets.last_rank
