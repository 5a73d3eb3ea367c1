-- Grain: one row per target and driver set with respondents.
-- How much of the target each driver of the set explains. Lists always have 15 places; unused places contain only
-- nulls. Names are unique even if a journey is called trust.

with sets as (

    select int_driver_sets.driver_set
    from int_driver_sets
    group by int_driver_sets.driver_set

),

places as (

    select
        sets.driver_set,
        unnest(range(1, 16)) as driver_no
    from sets

),

names as (

    select
        places.driver_set,
        array_agg(
            case
                when int_driver_sets.driver is null then concat('no driver ', cast(places.driver_no as varchar))
                when int_driver_sets.driver_type = 'attitude' then concat(int_driver_sets.driver, ' (attitude)')
                else int_driver_sets.driver
            end
            order by places.driver_no
        ) as names
    from places
    left join int_driver_sets
        on
            places.driver_set = int_driver_sets.driver_set
            and places.driver_no = int_driver_sets.driver_no
    group by places.driver_set

)

select
    int_driver_rows.target,
    int_driver_rows.driver_set,
    relative_importance(
        int_driver_rows.target_value,
        int_driver_rows.drivers,
        names.names,
        $driver_seed,
        $driver_replicates
    ) as fit
from int_driver_rows
inner join names
    on int_driver_rows.driver_set = names.driver_set
group by
    int_driver_rows.target,
    int_driver_rows.driver_set
