-- Grain: one row per journey, cut (path or stage) and item with an answer.
-- Scores of journeys by path and by lifecycle stage, and of all stages together. The item of a path is its rank.

with cuts as (

    select column1 as cut
    from (values ('path'), ('stage'), ('all'))

),

cells as (

    select
        int_journey_opinions.journey,
        case when cuts.cut = 'path' then 'path' else 'stage' end as cut,
        case cuts.cut
            when 'path' then cast(int_journey_opinions.path_rank as varchar)
            when 'stage' then int_journey_opinions.stage
            else 'all'
        end as item,
        int_journey_opinions.nps,
        int_journey_opinions.csat,
        int_journey_opinions.ces
    from int_journey_opinions
    cross join cuts

)

select
    cells.journey,
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
    cells.journey,
    cells.cut,
    cells.item
