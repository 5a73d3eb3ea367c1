-- Returns the pairs of targets and driver sets in which the ranks for either target are not 1 to n.

with pairs as (

    select
        cx_driver_disagreements.driver_set,
        cx_driver_disagreements.said_target,
        cx_driver_disagreements.done_target,
        count(*) as drivers,
        count(distinct cx_driver_disagreements.rank_said) as ranks_said,
        max(cx_driver_disagreements.rank_said) as last_rank_said,
        count(distinct cx_driver_disagreements.rank_done) as ranks_done,
        max(cx_driver_disagreements.rank_done) as last_rank_done
    from cx_driver_disagreements
    group by
        cx_driver_disagreements.driver_set,
        cx_driver_disagreements.said_target,
        cx_driver_disagreements.done_target

)

select
    pairs.driver_set,
    pairs.said_target,
    pairs.done_target,
    pairs.drivers,
    pairs.ranks_said,
    pairs.last_rank_said,
    pairs.ranks_done,
    pairs.last_rank_done
from pairs
where
    pairs.drivers <> pairs.ranks_said
    or pairs.drivers <> pairs.last_rank_said
    or pairs.drivers <> pairs.ranks_done
    or pairs.drivers <> pairs.last_rank_done
