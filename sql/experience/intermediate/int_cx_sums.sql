-- Grain: one row per series (level, item, segment, metric), month with an answer or invitation, and month of the same
-- persons' previous answers in the series (null: none, or more than eleven months before).
-- The whole numbers behind every figure, of the series of int_cx_series.
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
        int_cx_marks.cell,
        int_cx_marks.month_no,
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
        marks.cell,
        marks.month_no,
        marks.repeater_no,
        count(*) as responses,
        sum(marks.person_parts_of_quarter) as person_parts_of_quarter,
        sum(marks.person_parts_of_half) as person_parts_of_half,
        sum(marks.person_parts_of_year) as person_parts_of_year,
        sum(marks.sum_1) as sum_1,
        sum(marks.sum_2) as sum_2
    from marks
    group by
        marks.cell,
        marks.month_no,
        marks.repeater_no

),

persons as (

    select
        int_cx_series.series_no,
        counts.month_no,
        counts.repeater_no,
        sum(counts.responses) as responses,
        sum(counts.person_parts_of_quarter) as person_parts_of_quarter,
        sum(counts.person_parts_of_half) as person_parts_of_half,
        sum(counts.person_parts_of_year) as person_parts_of_year,
        sum(counts.sum_1) as sum_1,
        sum(counts.sum_2) as sum_2
    from counts
    inner join int_cx_series
        on counts.cell = int_cx_series.cell
    group by
        int_cx_series.series_no,
        counts.month_no,
        counts.repeater_no

),

followed as (

    select
        persons.series_no,
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
                        partition by persons.repeater_no, persons.series_no
                        order by persons.month_no
                    )
        end as previous_month_no
    from persons

),

sums as (

    select
        followed.series_no,
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
        followed.series_no,
        followed.month_no,
        case
            when followed.month_no - followed.previous_month_no < 12 then followed.previous_month_no
        end

),

series as (

    select
        int_cx_series.series_no,
        int_cx_series.family,
        int_cx_series.level,
        int_cx_series.item,
        int_cx_series.segment,
        int_cx_series.parent_level,
        int_cx_series.parent_item,
        int_cx_series.metric
    from int_cx_series
    group by
        int_cx_series.series_no,
        int_cx_series.family,
        int_cx_series.level,
        int_cx_series.item,
        int_cx_series.segment,
        int_cx_series.parent_level,
        int_cx_series.parent_item,
        int_cx_series.metric

)

select
    series.family,
    series.level,
    series.item,
    series.segment,
    series.parent_level,
    series.parent_item,
    series.metric,
    sums.month_no,
    sums.previous_month_no,
    sums.responses,
    sums.persons,
    sums.person_parts_of_quarter,
    sums.person_parts_of_half,
    sums.person_parts_of_year,
    sums.sum_1,
    sums.sum_2
from sums
inner join series
    on sums.series_no = series.series_no
