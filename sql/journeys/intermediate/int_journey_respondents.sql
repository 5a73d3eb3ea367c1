-- Grain: one row per journey, cut (path or stage), item as in int_journey_cells, and person who answered.
-- Who is behind the scores of a cell: suppression counts persons, also those of several hidden cells together.

with cuts as (

    select column1 as cut
    from (values ('path'), ('stage'), ('all'))

)

select
    int_journey_opinions.journey,
    case when cuts.cut = 'path' then 'path' else 'stage' end as cut,
    case cuts.cut
        when 'path' then cast(int_journey_opinions.path_rank as varchar)
        when 'stage' then int_journey_opinions.stage
        else 'all'
    end as item,
    int_journey_opinions.respondent_no,
    count(int_journey_opinions.nps) > 0 as has_nps,
    count(int_journey_opinions.csat) > 0 as has_csat,
    count(int_journey_opinions.ces) > 0 as has_ces
from int_journey_opinions
cross join cuts
group by
    int_journey_opinions.journey,
    cuts.cut,
    case cuts.cut
        when 'path' then cast(int_journey_opinions.path_rank as varchar)
        when 'stage' then int_journey_opinions.stage
        else 'all'
    end,
    int_journey_opinions.respondent_no
