-- Grain: one row per cell (metric and all dimensions of answers) and series that it is part of.
-- A family is the series (level, item, segment) that add up to their parent: the segments and the stages of the
-- relationship; the journeys and the channels of all touchpoint answers; the touchpoints and the segments of a journey;
-- the stores of channel store. Series are numbered, because many rows are counted by series.

with cells as (

    select
        int_cx_marks.metric,
        int_cx_marks.survey_type,
        int_cx_marks.journey,
        int_cx_marks.touchpoint,
        int_cx_marks.touchpoint_journey,
        int_cx_marks.channel,
        int_cx_marks.store_id,
        int_cx_marks.segment,
        int_cx_marks.stage,
        int_cx_marks.cell
    from int_cx_marks
    group by
        int_cx_marks.metric,
        int_cx_marks.survey_type,
        int_cx_marks.journey,
        int_cx_marks.touchpoint,
        int_cx_marks.touchpoint_journey,
        int_cx_marks.channel,
        int_cx_marks.store_id,
        int_cx_marks.segment,
        int_cx_marks.stage,
        int_cx_marks.cell

),

families as (

    select
        column1 as family,
        column2 as survey_type,
        column3 as level,
        column4 as parent_level
    from (
        values
        ('relationship', 'relationship', 'relationship', 'none'),
        ('segments of relationship', 'relationship', 'relationship', 'relationship'),
        ('stages of relationship', 'relationship', 'lifecycle_stage', 'relationship'),
        ('all_touchpoints', 'touchpoint', 'all_touchpoints', 'none'),
        ('journeys', 'touchpoint', 'journey', 'all_touchpoints'),
        ('channels', 'touchpoint', 'channel', 'all_touchpoints'),
        ('touchpoints of a journey', 'touchpoint', 'touchpoint', 'journey'),
        ('segments of a journey', 'touchpoint', 'journey', 'journey'),
        ('stores', 'touchpoint', 'store', 'channel')
    )

),

members as (

    select
        case families.family
            when 'touchpoints of a journey' then concat('touchpoints of ', cells.touchpoint_journey)
            when 'segments of a journey' then concat('segments of ', cells.journey)
            else families.family
        end as family,
        families.level,
        case families.level
            when 'lifecycle_stage' then cells.stage
            when 'journey' then cells.journey
            when 'channel' then cells.channel
            when 'touchpoint' then cells.touchpoint
            when 'store' then cells.store_id
            else 'all'
        end as item,
        case
            when families.family in ('segments of relationship', 'segments of a journey') then cells.segment
            else 'all'
        end as segment,
        families.parent_level,
        case families.family
            when 'touchpoints of a journey' then cells.touchpoint_journey
            when 'segments of a journey' then cells.journey
            when 'stores' then 'store'
            else case when families.parent_level = 'none' then 'none' else 'all' end
        end as parent_item,
        cells.metric,
        cells.cell
    from cells
    inner join families
        on cells.survey_type = families.survey_type

)

select
    members.cell,
    members.family,
    members.level,
    members.item,
    members.segment,
    members.parent_level,
    members.parent_item,
    members.metric,
    dense_rank() over (order by members.metric, members.level, members.item, members.segment) as series_no
from members
-- Invitations have no journey, touchpoint or store.
where members.item is not null
