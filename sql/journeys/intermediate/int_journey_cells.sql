-- Grain: one row per journey, cut (path or stage) and item with an answer.
-- Scores of journeys by path and by lifecycle stage, and of all stages together. The item of a path is its rank.

with answers as (

    select
        int_journey_results.journey_no,
        cast(int_path_ranks.path_rank as varchar) as path_item,
        coalesce(int_journey_results.stage, 'unknown') as stage_item,
        int_journey_answers.nps,
        int_journey_answers.csat,
        int_journey_answers.ces
    from int_journey_answers
    inner join int_journey_results
        on int_journey_answers.instance_no = int_journey_results.instance_no
    inner join int_path_ranks
        on
            int_journey_results.journey_no = int_path_ranks.journey_no
            and int_journey_results.path_no = int_path_ranks.path_no

),

cuts as (

    select column1 as cut
    from (values ('path'), ('stage'), ('all'))

),

cells as (

    select
        answers.journey_no,
        case when cuts.cut = 'path' then 'path' else 'stage' end as cut,
        case cuts.cut when 'path' then answers.path_item when 'stage' then answers.stage_item else 'all' end as item,
        answers.nps,
        answers.csat,
        answers.ces
    from answers
    cross join cuts

)

select
    cells.journey_no,
    cells.cut,
    cells.item,
    count(cells.nps) as nps_responses,
    nps(cells.nps) as nps,
    nps_ci_low(cells.nps) as nps_ci_low,
    nps_ci_high(cells.nps) as nps_ci_high,
    count(cells.csat) as csat_responses,
    csat(cells.csat) as csat,
    csat_ci_low(cells.csat) as csat_ci_low,
    csat_ci_high(cells.csat) as csat_ci_high,
    count(cells.ces) as ces_responses,
    ces(cells.ces) as ces,
    ces_ci_low(cells.ces) as ces_ci_low,
    ces_ci_high(cells.ces) as ces_ci_high
from cells
group by
    cells.journey_no,
    cells.cut,
    cells.item
