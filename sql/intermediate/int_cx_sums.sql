-- Grain: one row per series (level, item, segment, metric) and month with an answer, or an invitation.
-- The whole numbers behind every figure. A family is the series that add up to their parent: the segments and
-- the stages of the relationship; the journeys and the channels of all touchpoint answers; the touchpoints
-- and the segments of a journey; the stores of channel store. Level segment is not here: it is level
-- relationship by segment under another name.

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

members as (

    select
        'relationship' as family,
        'relationship' as level,
        'all' as item,
        'all' as segment,
        'none' as parent_level,
        'none' as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where counts.survey_type = 'relationship'

    union all

    select
        'segments of relationship' as family,
        'relationship' as level,
        'all' as item,
        counts.segment as segment,
        'relationship' as parent_level,
        'all' as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where counts.survey_type = 'relationship'

    union all

    select
        'stages of relationship' as family,
        'lifecycle_stage' as level,
        counts.stage as item,
        'all' as segment,
        'relationship' as parent_level,
        'all' as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where counts.survey_type = 'relationship'

    union all

    select
        'all_touchpoints' as family,
        'all_touchpoints' as level,
        'all' as item,
        'all' as segment,
        'none' as parent_level,
        'none' as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where counts.survey_type = 'touchpoint'

    union all

    select
        'journeys' as family,
        'journey' as level,
        counts.journey as item,
        'all' as segment,
        'all_touchpoints' as parent_level,
        'all' as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where
        counts.survey_type = 'touchpoint'
        and counts.journey is not null

    union all

    select
        'channels' as family,
        'channel' as level,
        counts.channel as item,
        'all' as segment,
        'all_touchpoints' as parent_level,
        'all' as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where counts.survey_type = 'touchpoint'

    union all

    select
        concat('touchpoints of ', counts.touchpoint_journey) as family,
        'touchpoint' as level,
        counts.touchpoint as item,
        'all' as segment,
        'journey' as parent_level,
        counts.touchpoint_journey as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where
        counts.survey_type = 'touchpoint'
        and counts.touchpoint is not null

    union all

    select
        concat('segments of ', counts.journey) as family,
        'journey' as level,
        counts.journey as item,
        counts.segment as segment,
        'journey' as parent_level,
        counts.journey as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where
        counts.survey_type = 'touchpoint'
        and counts.journey is not null

    union all

    select
        'stores' as family,
        'store' as level,
        counts.store_id as item,
        'all' as segment,
        'channel' as parent_level,
        'store' as parent_item,
        counts.metric,
        counts.month_no,
        counts.responses,
        counts.sum_1,
        counts.sum_2
    from counts
    where
        counts.survey_type = 'touchpoint'
        and counts.store_id is not null

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
group by
    members.family,
    members.level,
    members.item,
    members.segment,
    members.parent_level,
    members.parent_item,
    members.metric,
    members.month_no
