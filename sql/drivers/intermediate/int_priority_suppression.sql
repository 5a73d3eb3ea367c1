-- Grain: one row per level, item and segment of int_priority_items.
-- The performances that are hidden: those of fewer than $suppression_limit persons, and enough others that none of
-- them can be derived from a sum that is shown. Such sums are an item over its segments, and a journey over its
-- touchpoints.
--   1. A journey's segments: if only one is hidden, the smallest one shown is hidden too.
--   2. The touchpoints of a journey, all customers: likewise.
--   3. The touchpoints of a journey in a segment are shown together or not at all: hidden if one of them has too few
--      persons, if the journey is hidden in the segment, or if one of them is hidden for all customers. If that hides
--      them in one segment only, they are hidden in the next smallest too.

with cells as (

    select
        int_priority_items.level,
        int_priority_items.item,
        int_priority_items.journey,
        int_priority_items.segment,
        int_priority_items.segment = 'all' as is_all,
        int_priority_items.persons,
        int_priority_items.persons > 0
        and int_priority_items.persons < $suppression_limit as is_too_small
    from int_priority_items

),

siblings as (

    -- Rules 1 and 2: the segments of a journey, and the touchpoints of a touchpoint's journey.
    select
        cells.level,
        cells.item,
        cells.journey,
        cells.segment,
        cells.is_all,
        cells.persons,
        cells.is_too_small,
        sum(case when cells.is_too_small then 1 else 0 end) over (
            partition by cells.level, cells.journey, cells.is_all
        ) as hidden_siblings,
        row_number() over (
            partition by cells.level, cells.journey, cells.is_all, cells.is_too_small or cells.persons = 0
            order by cells.persons, cells.item, cells.segment
        ) as size_rank
    from cells

),

hidden as (

    select
        siblings.level,
        siblings.item,
        siblings.journey,
        siblings.segment,
        siblings.is_all,
        siblings.persons,
        siblings.is_too_small
        or (
            siblings.level = 'journey'
            and not siblings.is_all
            and siblings.persons > 0
            and siblings.hidden_siblings = 1
            and siblings.size_rank = 1
        )
        or (
            siblings.level = 'touchpoint'
            and siblings.is_all
            and siblings.persons > 0
            and siblings.hidden_siblings = 1
            and siblings.size_rank = 1
        ) as is_hidden
    from siblings

),

journey_flags as (

    select
        hidden.journey,
        bool_or(hidden.is_hidden) as has_hidden_touchpoint
    from hidden
    where
        hidden.level = 'touchpoint'
        and hidden.is_all
    group by hidden.journey

),

hidden_journeys as (

    select
        hidden.journey,
        hidden.segment
    from hidden
    where
        hidden.level = 'journey'
        and hidden.is_hidden

),

blocks as (

    select
        hidden.journey,
        hidden.segment,
        sum(hidden.persons) as persons,
        bool_or(hidden.is_hidden)
        or bool_or(journey_flags.has_hidden_touchpoint)
        or bool_or(hidden_journeys.journey is not null) as is_hidden
    from hidden
    inner join journey_flags
        on hidden.journey = journey_flags.journey
    left join hidden_journeys
        on
            hidden.journey = hidden_journeys.journey
            and hidden.segment = hidden_journeys.segment
    where
        hidden.level = 'touchpoint'
        and not hidden.is_all
    group by
        hidden.journey,
        hidden.segment

),

ranked_blocks as (

    select
        blocks.journey,
        blocks.segment,
        blocks.persons,
        blocks.is_hidden,
        sum(case when blocks.is_hidden and blocks.persons > 0 then 1 else 0 end) over (
            partition by blocks.journey
        ) as hidden_blocks,
        row_number() over (
            partition by blocks.journey, blocks.is_hidden or blocks.persons = 0
            order by blocks.persons, blocks.segment
        ) as size_rank
    from blocks

)

select
    hidden.level,
    hidden.item,
    hidden.segment,
    case
        when hidden.persons = 0 then false
        when hidden.level = 'touchpoint' and not hidden.is_all
            then
                ranked_blocks.is_hidden
                or (ranked_blocks.hidden_blocks = 1 and ranked_blocks.size_rank = 1)
        else hidden.is_hidden
    end as is_suppressed,
    hidden.persons > 0 and hidden.persons < $suppression_limit as has_few_persons
from hidden
left join ranked_blocks
    on
        hidden.journey = ranked_blocks.journey
        and hidden.segment = ranked_blocks.segment
        and hidden.level = 'touchpoint'
