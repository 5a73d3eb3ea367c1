-- Grain: one row per different path.
-- The packed paths of int_journey_instances in words.

with paths as (

    select
        int_journey_instances.path_1,
        int_journey_instances.path_2,
        int_journey_instances.path_3
    from int_journey_instances
    group by
        int_journey_instances.path_1,
        int_journey_instances.path_2,
        int_journey_instances.path_3

),

places as (

    select unnest(generate_series(cast(1 as bigint), cast(10 as bigint))) as place

),

steps as (

    select
        paths.path_1,
        paths.path_2,
        paths.path_3,
        places.place,
        case
            when places.place <= 4 then paths.path_1 >> (15 * (places.place - 1))
            when places.place <= 8 then paths.path_2 >> (15 * (places.place - 5))
            else paths.path_3 >> (15 * (places.place - 9))
        end & 32767 as touchpoint_no
    from paths
    cross join places

),

touchpoints as (

    select
        int_event_kinds.touchpoint_no,
        case when int_event_kinds.touchpoint_no = 32767 then 'other' else min(int_event_kinds.step) end as step
    from int_event_kinds
    group by int_event_kinds.touchpoint_no

),

worded as (

    select
        steps.path_1,
        steps.path_2,
        steps.path_3,
        concat(
            string_agg(touchpoints.step, ' > ' order by steps.place),
            case when steps.path_3 >= cast(1 as bigint) << 30 then ' > ...' else '' end
        ) as path
    from steps
    inner join touchpoints
        on steps.touchpoint_no = touchpoints.touchpoint_no
    group by
        steps.path_1,
        steps.path_2,
        steps.path_3

)

select
    cast(row_number() over (order by worded.path, worded.path_1, worded.path_2, worded.path_3) as bigint) as path_no,
    worded.path_1,
    worded.path_2,
    worded.path_3,
    worded.path
from worded
