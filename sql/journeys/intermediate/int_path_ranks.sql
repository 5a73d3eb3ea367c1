-- Grain: one row per journey and path.
-- How often each path was gone, most often first (the path itself breaks ties). Rank 0 gathers those after the first
-- $journey_paths_shown.

with counts as (

    select
        int_journey_results.journey_no,
        int_journey_results.path_no,
        count(*) as journeys
    from int_journey_results
    group by
        int_journey_results.journey_no,
        int_journey_results.path_no

),

ranked as (

    select
        counts.journey_no,
        counts.path_no,
        cast(
            row_number() over (partition by counts.journey_no order by counts.journeys desc, counts.path_no) as bigint
        ) as path_rank
    from counts

)

select
    ranked.journey_no,
    ranked.path_no,
    case when ranked.path_rank <= $journey_paths_shown then ranked.path_rank else 0 end as path_rank
from ranked
