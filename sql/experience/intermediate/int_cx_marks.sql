-- Grain: one row per survey answer and metric it counts in, and per closed invitation and metric.
-- The contribution of an answer to a figure, as whole numbers: sum_1 and sum_2 are promoter and detractor for nps;
-- sum_1 is 1 if favourable for shares; points and points squared for indices. Every figure is made of their sums.

with answers as (

    select
        int_cx_answers.response_id,
        'nps' as metric,
        cast(case when nps_group(int_cx_answers.nps) = 'promoter' then 1 else 0 end as bigint) as sum_1,
        cast(case when nps_group(int_cx_answers.nps) = 'detractor' then 1 else 0 end as bigint) as sum_2
    from int_cx_answers
    where int_cx_answers.nps is not null

    union all

    select
        int_cx_answers.response_id,
        'csat' as metric,
        cast(case when int_cx_answers.csat >= 4 then 1 else 0 end as bigint) as sum_1,
        cast(0 as bigint) as sum_2
    from int_cx_answers
    where int_cx_answers.csat is not null

    union all

    select
        int_cx_answers.response_id,
        'ces' as metric,
        cast(case when int_cx_answers.ces >= 5 then 1 else 0 end as bigint) as sum_1,
        cast(0 as bigint) as sum_2
    from int_cx_answers
    where int_cx_answers.ces is not null

    union all

    select
        int_index_points.response_id,
        int_index_points.index as metric,
        cast(int_index_points.points as bigint) as sum_1,
        cast(int_index_points.points * int_index_points.points as bigint) as sum_2
    from int_index_points

),

rates as (

    select
        'response_rate' as metric,
        false as counts_partial

    union all

    select
        'response_rate_rr2' as metric,
        true as counts_partial

),

marks as (

    select
        int_cx_answers.customer_no,
        int_cx_answers.respondent_no,
        int_cx_answers.survey_type,
        int_cx_answers.month_no,
        int_cx_answers.journey,
        int_cx_answers.touchpoint,
        int_cx_answers.touchpoint_journey,
        int_cx_answers.channel,
        int_cx_answers.store_id,
        int_cx_answers.segment,
        int_cx_answers.stage,
        answers.metric,
        answers.sum_1,
        answers.sum_2
    from answers
    inner join int_cx_answers
        on answers.response_id = int_cx_answers.response_id

    union all

    select
        int_invitation_outcomes.customer_no,
        int_invitation_outcomes.respondent_no,
        int_invitation_outcomes.survey_type,
        cast(
            12 * date_part('year', int_invitation_outcomes.month)
            + date_part('month', int_invitation_outcomes.month) - 1 as bigint
        ) as month_no,
        null as journey,
        null as touchpoint,
        null as touchpoint_journey,
        int_invitation_outcomes.channel,
        null as store_id,
        int_invitation_outcomes.segment,
        int_invitation_outcomes.stage,
        rates.metric,
        cast(
            case
                when
                    int_invitation_outcomes.is_complete or (rates.counts_partial and int_invitation_outcomes.is_partial)
                    then 1
                else 0
            end as bigint
        ) as sum_1,
        cast(0 as bigint) as sum_2
    from int_invitation_outcomes
    cross join rates
    where not int_invitation_outcomes.is_open

)

-- cell names metric and dimensions in one. Slashes within a name are doubled, and null is a single one.
select
    marks.customer_no,
    marks.respondent_no,
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
    marks.sum_1,
    marks.sum_2,
    concat_ws(
        ' / ',
        marks.metric,
        marks.survey_type,
        coalesce(replace(marks.journey, '/', '//'), '/'),
        coalesce(replace(marks.touchpoint, '/', '//'), '/'),
        coalesce(replace(marks.touchpoint_journey, '/', '//'), '/'),
        coalesce(replace(marks.channel, '/', '//'), '/'),
        coalesce(replace(marks.store_id, '/', '//'), '/'),
        coalesce(replace(marks.segment, '/', '//'), '/'),
        coalesce(replace(marks.stage, '/', '//'), '/')
    ) as cell
from marks
