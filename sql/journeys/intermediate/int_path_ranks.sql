-- Grain: one row per journey and path.
-- How often each path was gone, most often first (the path itself breaks ties). Rank 0 gathers those after the first
-- $journey_paths_shown. Reads the mart, as int_journey_facts does.

with counts as (

    select
        journeys.journey,
        journeys.path,
        count(*) as journeys
    from journeys
    group by
        journeys.journey,
        journeys.path

),

ranked as (

    select
        counts.journey,
        counts.path,
        cast(row_number() over (partition by counts.journey order by counts.journeys desc, counts.path) as bigint)
            as path_rank
    from counts

)

select
    ranked.journey,
    ranked.path,
    case when ranked.path_rank <= $journey_paths_shown then ranked.path_rank else 0 end as path_rank
from ranked
