-- Grain: one row per series (level, item, segment, metric) and month with an answer, or an invitation.
-- The whole numbers behind every figure. A family is the series that add up to their parent: the segments and the
-- stages of the relationship; the journeys and the channels of all touchpoint answers; the touchpoints and the
-- segments of a journey; the stores of channel store. Level segment is not included: it repeats level relationship by
-- segment.

with counts as (

    select
        int_cx_marks.survey_type,
        int_cx_marks.month_no,
        int_cx_marks.journey,
        int_cx_marks.touchpoint,
        int_cx_marks.touchpoint_journey,
        int_cx_marks.channel,
        int_cx_marks.store_id,
        int_cx_marks.segment,
        int_cx_marks.stage,
        int_cx_marks.metric,
        count(*) as responses,
        sum(int_cx_marks.sum_1) as sum_1,
        sum(int_cx_marks.sum_2) as sum_2
    from int_cx_marks
    group by
        int_cx_marks.survey_type,
        int_cx_marks.month_no,
        int_cx_marks.journey,
        int_cx_marks.touchpoint,
        int_cx_marks.touchpoint_journey,
        int_cx_marks.channel,
        int_cx_marks.store_id,
        int_cx_marks.segment,
        int_cx_marks.stage,
        int_cx_marks.metric

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
            when 'touchpoints of a journey' then concat('touchpoints of ', counts.touchpoint_journey)
            when 'segments of a journey' then concat('segments of ', counts.journey)
            else families.family
        end as family,
        families.level,
        case families.level
            when 'lifecycle_stage' then counts.stage
            when 'journey' then counts.journey
            when 'channel' then counts.channel
            when 'touchpoint' then counts.touchpoint
            when 'store' then counts.store_id
            else 'all'
        end as item,
        case
            when families.family in ('segments of relationship', 'segments of a journey') then counts.segment
            else 'all'
        end as segment,
        families.parent_level,
        case families.family
            when 'touchpoints of a journey' then counts.touchpoint_journey
            when 'segments of a journey' then counts.journey
            when 'stores' then 'store'
            else case when families.parent_level = 'none' then 'none' else 'all' end
        end as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    inner join families
        on counts.survey_type = families.survey_type

)

select
    members.family,
    members.level,
    members.item,
    members.segment,
    members.parent_level,
    members.parent_item,
    members.metric,
    members.month_no,
    sum(members.responses) as responses,
    sum(members.sum_1) as sum_1,
    sum(members.sum_2) as sum_2
from members
-- Invitations have no journey, touchpoint or store.
where members.item is not null
group by
    members.family,
    members.level,
    members.item,
    members.segment,
    members.parent_level,
    members.parent_item,
    members.metric,
    members.month_no
