-- Grain: one row per journey, cut and item with an answer.
-- The cells of int_journey_cells as they may be shown. A figure of fewer than $suppression_limit persons is hidden.
-- Where the hidden figures of a journey's cut are together of fewer persons than the limit, the smallest figure shown
-- is hidden too, else all less the shown ones would give them away. The item 'all' is hidden by its own size alone.

with persons as (

    select
        int_journey_respondents.journey,
        int_journey_respondents.cut,
        int_journey_respondents.item,
        sum(case when int_journey_respondents.has_nps then 1 else 0 end) as nps_persons,
        sum(case when int_journey_respondents.has_csat then 1 else 0 end) as csat_persons,
        sum(case when int_journey_respondents.has_ces then 1 else 0 end) as ces_persons
    from int_journey_respondents
    group by
        int_journey_respondents.journey,
        int_journey_respondents.cut,
        int_journey_respondents.item

),

hidden_persons as (

    -- Of the cells with too few persons, all persons together.
    select
        int_journey_respondents.journey,
        int_journey_respondents.cut,
        count(
            distinct case
                when int_journey_respondents.has_nps and persons.nps_persons < $suppression_limit
                    then int_journey_respondents.respondent_no
            end
        ) as nps_hidden,
        count(
            distinct case
                when int_journey_respondents.has_csat and persons.csat_persons < $suppression_limit
                    then int_journey_respondents.respondent_no
            end
        ) as csat_hidden,
        count(
            distinct case
                when int_journey_respondents.has_ces and persons.ces_persons < $suppression_limit
                    then int_journey_respondents.respondent_no
            end
        ) as ces_hidden
    from int_journey_respondents
    inner join persons
        on
            int_journey_respondents.journey = persons.journey
            and int_journey_respondents.cut = persons.cut
            and int_journey_respondents.item = persons.item
    where int_journey_respondents.item <> 'all'
    group by
        int_journey_respondents.journey,
        int_journey_respondents.cut

),

sized as (

    select
        int_journey_cells.journey,
        int_journey_cells.cut,
        int_journey_cells.item,
        case when int_journey_cells.item = 'all' then 0 else 1 end as is_part,
        int_journey_cells.nps_responses,
        persons.nps_persons,
        int_journey_cells.nps,
        int_journey_cells.nps_ci_low,
        int_journey_cells.nps_ci_high,
        persons.nps_persons between 1 and $suppression_limit - 1 as is_nps_small,
        int_journey_cells.csat_responses,
        persons.csat_persons,
        int_journey_cells.csat,
        int_journey_cells.csat_ci_low,
        int_journey_cells.csat_ci_high,
        persons.csat_persons between 1 and $suppression_limit - 1 as is_csat_small,
        int_journey_cells.ces_responses,
        persons.ces_persons,
        int_journey_cells.ces,
        int_journey_cells.ces_ci_low,
        int_journey_cells.ces_ci_high,
        persons.ces_persons between 1 and $suppression_limit - 1 as is_ces_small
    from int_journey_cells
    inner join persons
        on
            int_journey_cells.journey = persons.journey
            and int_journey_cells.cut = persons.cut
            and int_journey_cells.item = persons.item

),

ranked as (

    select
        sized.journey,
        sized.cut,
        sized.item,
        sized.is_part,
        sized.nps_responses,
        sized.nps_persons,
        sized.nps,
        sized.nps_ci_low,
        sized.nps_ci_high,
        sized.is_nps_small,
        sized.csat_responses,
        sized.csat_persons,
        sized.csat,
        sized.csat_ci_low,
        sized.csat_ci_high,
        sized.is_csat_small,
        sized.ces_responses,
        sized.ces_persons,
        sized.ces,
        sized.ces_ci_low,
        sized.ces_ci_high,
        sized.is_ces_small,
        hidden_persons.nps_hidden,
        hidden_persons.csat_hidden,
        hidden_persons.ces_hidden,
        row_number() over (
            partition by sized.journey, sized.cut, sized.is_part, sized.nps_persons < $suppression_limit
            order by sized.nps_persons, sized.item
        ) as nps_size_rank,
        row_number() over (
            partition by sized.journey, sized.cut, sized.is_part, sized.csat_persons < $suppression_limit
            order by sized.csat_persons, sized.item
        ) as csat_size_rank,
        row_number() over (
            partition by sized.journey, sized.cut, sized.is_part, sized.ces_persons < $suppression_limit
            order by sized.ces_persons, sized.item
        ) as ces_size_rank
    from sized
    left join hidden_persons
        on
            sized.journey = hidden_persons.journey
            and sized.cut = hidden_persons.cut

),

hidden as (

    select
        ranked.journey,
        ranked.cut,
        ranked.item,
        ranked.nps_responses,
        ranked.nps,
        ranked.nps_ci_low,
        ranked.nps_ci_high,
        ranked.is_nps_small
        or (
            ranked.is_part = 1
            and ranked.nps_persons >= $suppression_limit
            and ranked.nps_hidden between 1 and $suppression_limit - 1
            and ranked.nps_size_rank = 1
        ) as is_nps_suppressed,
        ranked.csat_responses,
        ranked.csat,
        ranked.csat_ci_low,
        ranked.csat_ci_high,
        ranked.is_csat_small
        or (
            ranked.is_part = 1
            and ranked.csat_persons >= $suppression_limit
            and ranked.csat_hidden between 1 and $suppression_limit - 1
            and ranked.csat_size_rank = 1
        ) as is_csat_suppressed,
        ranked.ces_responses,
        ranked.ces,
        ranked.ces_ci_low,
        ranked.ces_ci_high,
        ranked.is_ces_small
        or (
            ranked.is_part = 1
            and ranked.ces_persons >= $suppression_limit
            and ranked.ces_hidden between 1 and $suppression_limit - 1
            and ranked.ces_size_rank = 1
        ) as is_ces_suppressed
    from ranked

)

select
    hidden.journey,
    hidden.cut,
    hidden.item,
    hidden.nps_responses,
    hidden.is_nps_suppressed,
    case when not hidden.is_nps_suppressed then hidden.nps end as nps,
    case when not hidden.is_nps_suppressed then hidden.nps_ci_low end as nps_ci_low,
    case when not hidden.is_nps_suppressed then hidden.nps_ci_high end as nps_ci_high,
    hidden.csat_responses,
    hidden.is_csat_suppressed,
    case when not hidden.is_csat_suppressed then hidden.csat end as csat,
    case when not hidden.is_csat_suppressed then hidden.csat_ci_low end as csat_ci_low,
    case when not hidden.is_csat_suppressed then hidden.csat_ci_high end as csat_ci_high,
    hidden.ces_responses,
    hidden.is_ces_suppressed,
    case when not hidden.is_ces_suppressed then hidden.ces end as ces,
    case when not hidden.is_ces_suppressed then hidden.ces_ci_low end as ces_ci_low,
    case when not hidden.is_ces_suppressed then hidden.ces_ci_high end as ces_ci_high
from hidden
