-- Grain: one row per target, driver set, analysed driver and bootstrap replicate.
-- The importance of each driver when respondents are resampled, in whole 10^-12 so that sums are exact. The intervals
-- of shares and ranks come from these.

with replicates as (

    select
        int_driver_fits.target,
        int_driver_fits.driver_set,
        unnest(range(1, cast(cardinality(int_driver_fits.fit['replicates']) as bigint) + 1)) as replicate_no,
        unnest(int_driver_fits.fit['replicates']) as importances
    from int_driver_fits

),

importances as (

    select
        replicates.target,
        replicates.driver_set,
        replicates.replicate_no,
        unnest(range(1, cast(cardinality(replicates.importances) as bigint) + 1)) as driver_no,
        unnest(replicates.importances) as importance
    from replicates

)

select
    importances.target,
    importances.driver_set,
    int_driver_sets.driver_type,
    int_driver_sets.driver,
    importances.replicate_no,
    cast(round(importances.importance * 1000000000000) as bigint) as importance_e12
from importances
inner join int_driver_sets
    on
        importances.driver_set = int_driver_sets.driver_set
        and importances.driver_no = int_driver_sets.driver_no
where importances.importance is not null
