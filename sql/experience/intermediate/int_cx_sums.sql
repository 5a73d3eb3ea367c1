-- Grain: one row per series (level, item, segment, metric), month with an answer or invitation, and month of the same
-- persons' previous answers in the series (null: none, or more than eleven months before).
-- The whole numbers behind every figure. A family is the series that add up to their parent: the segments and the
-- stages of the relationship; the journeys and the channels of all touchpoint answers; the touchpoints and the
-- segments of a journey; the stores of channel store.
--   persons       those who answered in the month: a window of months counts those whose previous answer it lacks
--   person_parts  27720ths of a person, who is divided among all answers to a metric and survey type of the calendar
--                 quarter, half-year or year: added over any of them, at most the number of persons who gave them

with answers_of_quarter as (

    select
        int_cx_marks.metric,
        int_cx_marks.survey_type,
        int_cx_marks.respondent_no,
        int_cx_marks.month_no / 3 as quarter_no,
        count(*) as answers
    from int_cx_marks
    group by
        int_cx_marks.metric,
        int_cx_marks.survey_type,
        int_cx_marks.respondent_no,
        int_cx_marks.month_no / 3

),

repeaters as (

    select
        answers_of_quarter.metric,
        answers_of_quarter.survey_type,
        answers_of_quarter.respondent_no
    from answers_of_quarter
    group by
        answers_of_quarter.metric,
        answers_of_quarter.survey_type,
        answers_of_quarter.respondent_no
    having sum(answers_of_quarter.answers) > 1

),

repeats as (

    select
        answers_of_quarter.metric,
        answers_of_quarter.survey_type,
        answers_of_quarter.respondent_no,
        answers_of_quarter.quarter_no,
        answers_of_quarter.answers as answers_of_quarter,
        sum(answers_of_quarter.answers) over (
            partition by
                answers_of_quarter.metric,
                answers_of_quarter.survey_type,
                answers_of_quarter.respondent_no,
                answers_of_quarter.quarter_no / 2
        ) as answers_of_half,
        sum(answers_of_quarter.answers) over (
            partition by
                answers_of_quarter.metric,
                answers_of_quarter.survey_type,
                answers_of_quarter.respondent_no,
                answers_of_quarter.quarter_no / 4
        ) as answers_of_year
    from answers_of_quarter
    inner join repeaters
        on
            answers_of_quarter.metric = repeaters.metric
            and answers_of_quarter.survey_type = repeaters.survey_type
            and answers_of_quarter.respondent_no = repeaters.respondent_no

),

marks as (

    -- Who answered once (repeater_no null) cannot be counted twice: only the others are followed over time.
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
        int_cx_marks.sum_1,
        int_cx_marks.sum_2,
        repeats.respondent_no as repeater_no,
        greatest(27720 / coalesce(repeats.answers_of_quarter, 1), 1) as person_parts_of_quarter,
        greatest(27720 / coalesce(repeats.answers_of_half, 1), 1) as person_parts_of_half,
        greatest(27720 / coalesce(repeats.answers_of_year, 1), 1) as person_parts_of_year
    from int_cx_marks
    left join repeats
        on
            int_cx_marks.metric = repeats.metric
            and int_cx_marks.survey_type = repeats.survey_type
            and int_cx_marks.respondent_no = repeats.respondent_no
            and int_cx_marks.month_no / 3 = repeats.quarter_no

),

counts as (

    select
        marks.survey_type,
        marks.month_no,
        marks.journey,
        marks.touchpoint,
        marks.touchpoint_journey,
        marks.channel,
        marks.store_id,
        marks.segment,
        marks.stage,
        marks.metric,
        marks.repeater_no,
        count(*) as responses,
        sum(marks.person_parts_of_quarter) as person_parts_of_quarter,
        sum(marks.person_parts_of_half) as person_parts_of_half,
        sum(marks.person_parts_of_year) as person_parts_of_year,
        sum(marks.sum_1) as sum_1,
        sum(marks.sum_2) as sum_2
    from marks
    group by
        marks.survey_type,
        marks.month_no,
        marks.journey,
        marks.touchpoint,
        marks.touchpoint_journey,
        marks.channel,
        marks.store_id,
        marks.segment,
        marks.stage,
        marks.metric,
        marks.repeater_no

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
        counts.repeater_no,
        counts.responses,
        counts.person_parts_of_quarter,
        counts.person_parts_of_half,
        counts.person_parts_of_year,
        counts.sum_1,
        counts.sum_2
    from counts
    inner join families
        on counts.survey_type = families.survey_type

),

persons as (

    select
        members.family,
        members.level,
        members.item,
        members.segment,
        members.parent_level,
        members.parent_item,
        members.metric,
        members.month_no,
        members.repeater_no,
        sum(members.responses) as responses,
        sum(members.person_parts_of_quarter) as person_parts_of_quarter,
        sum(members.person_parts_of_half) as person_parts_of_half,
        sum(members.person_parts_of_year) as person_parts_of_year,
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
        members.month_no,
        members.repeater_no

),

followed as (

    select
        persons.family,
        persons.level,
        persons.item,
        persons.segment,
        persons.parent_level,
        persons.parent_item,
        persons.metric,
        persons.month_no,
        persons.responses,
        case when persons.repeater_no is null then persons.responses else 1 end as persons,
        persons.person_parts_of_quarter,
        persons.person_parts_of_half,
        persons.person_parts_of_year,
        persons.sum_1,
        persons.sum_2,
        case
            when persons.repeater_no is not null
                then
                    lag(persons.month_no) over (
                        partition by
                            persons.repeater_no,
                            persons.metric,
                            persons.level,
                            persons.item,
                            persons.segment
                        order by persons.month_no
                    )
        end as previous_month_no
    from persons

)

select
    followed.family,
    followed.level,
    followed.item,
    followed.segment,
    followed.parent_level,
    followed.parent_item,
    followed.metric,
    followed.month_no,
    case
        when followed.month_no - followed.previous_month_no < 12 then followed.previous_month_no
    end as previous_month_no,
    sum(followed.responses) as responses,
    sum(followed.persons) as persons,
    sum(followed.person_parts_of_quarter) as person_parts_of_quarter,
    sum(followed.person_parts_of_half) as person_parts_of_half,
    sum(followed.person_parts_of_year) as person_parts_of_year,
    sum(followed.sum_1) as sum_1,
    sum(followed.sum_2) as sum_2
from followed
group by
    followed.family,
    followed.level,
    followed.item,
    followed.segment,
    followed.parent_level,
    followed.parent_item,
    followed.metric,
    followed.month_no,
    case
        when followed.month_no - followed.previous_month_no < 12 then followed.previous_month_no
    end
