-- Grain: one row per target, driver set and driver that was analysed.
-- The range of importance shares and ranks that contains 95 % of a driver's bootstrap replicates.

with shares as (

    select
        int_driver_replicates.target,
        int_driver_replicates.driver_set,
        int_driver_replicates.driver_type,
        int_driver_replicates.driver,
        int_driver_replicates.replicate_no,
        cast(int_driver_replicates.importance_e12 as double) / nullif(
            sum(int_driver_replicates.importance_e12) over (
                partition by
                    int_driver_replicates.target,
                    int_driver_replicates.driver_set,
                    int_driver_replicates.replicate_no
            ),
            0
        ) as importance_share,
        cast(
            row_number() over (
                partition by
                    int_driver_replicates.target,
                    int_driver_replicates.driver_set,
                    int_driver_replicates.replicate_no
                order by int_driver_replicates.importance_e12 desc, int_driver_replicates.driver
            ) as bigint
        ) as importance_rank
    from int_driver_replicates

),

ordered as (

    select
        shares.target,
        shares.driver_set,
        shares.driver_type,
        shares.driver,
        shares.importance_share,
        shares.importance_rank,
        row_number() over (
            partition by shares.target, shares.driver_set, shares.driver_type, shares.driver
            order by shares.importance_share nulls first, shares.replicate_no
        ) as share_position,
        row_number() over (
            partition by shares.target, shares.driver_set, shares.driver_type, shares.driver
            order by shares.importance_rank, shares.replicate_no
        ) as rank_position,
        -- Number of replicates below the interval, the last of which is its lower bound; the same number is above.
        (
            count(*) over (
                partition by shares.target, shares.driver_set, shares.driver_type, shares.driver
            ) * 25 + 999
        ) / 1000 as tail,
        count(*) over (partition by shares.target, shares.driver_set, shares.driver_type, shares.driver) as replicates
    from shares

)

select
    ordered.target,
    ordered.driver_set,
    ordered.driver_type,
    ordered.driver,
    max(case when ordered.share_position = ordered.tail then ordered.importance_share end) as share_ci_low,
    max(case when ordered.share_position = ordered.replicates + 1 - ordered.tail then ordered.importance_share end)
        as share_ci_high,
    max(case when ordered.rank_position = ordered.tail then ordered.importance_rank end) as rank_low,
    max(case when ordered.rank_position = ordered.replicates + 1 - ordered.tail then ordered.importance_rank end)
        as rank_high
from ordered
group by
    ordered.target,
    ordered.driver_set,
    ordered.driver_type,
    ordered.driver
