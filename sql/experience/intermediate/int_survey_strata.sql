-- Grain: one row per survey type, metric and stratum of the last twelve months.
-- Answers and customers by current value tier and lifecycle stage, for weighting. Strata with fewer answers than
-- $stratum_least_answers are merged: first within a value tier, then the remaining small ones over all tiers, and the
-- result, if still too small, with the stratum that has the fewest answers.

with base as (

    select
        int_survey_base.survey_type,
        int_survey_base.value_tier,
        int_survey_base.stage,
        count(*) as customers
    from int_survey_base
    group by
        int_survey_base.survey_type,
        int_survey_base.value_tier,
        int_survey_base.stage

),

answers as (

    select
        int_cx_marks.survey_type,
        int_cx_marks.metric,
        int_survey_base.value_tier,
        int_survey_base.stage,
        count(*) as responses,
        count(distinct int_cx_marks.customer_no) as persons,
        sum(int_cx_marks.sum_1) as sum_1,
        sum(int_cx_marks.sum_2) as sum_2
    from int_cx_marks
    inner join int_survey_base
        on
            int_cx_marks.survey_type = int_survey_base.survey_type
            and int_cx_marks.customer_no = int_survey_base.customer_no
    where
        int_cx_marks.month_no > 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1 - 12
        and int_cx_marks.metric not in ('response_rate', 'response_rate_rr2')
    group by
        int_cx_marks.survey_type,
        int_cx_marks.metric,
        int_survey_base.value_tier,
        int_survey_base.stage

),

metrics as (

    select
        answers.survey_type,
        answers.metric
    from answers
    group by
        answers.survey_type,
        answers.metric

),

cells as (

    select
        metrics.survey_type,
        metrics.metric,
        base.value_tier,
        base.stage,
        base.customers,
        coalesce(answers.responses, 0) as responses,
        coalesce(answers.persons, 0) as persons,
        coalesce(answers.sum_1, 0) as sum_1,
        coalesce(answers.sum_2, 0) as sum_2
    from metrics
    inner join base
        on metrics.survey_type = base.survey_type
    left join answers
        on
            metrics.survey_type = answers.survey_type
            and metrics.metric = answers.metric
            and base.value_tier = answers.value_tier
            and base.stage = answers.stage

),

tiers as (

    select
        cells.survey_type,
        cells.metric,
        cells.value_tier,
        sum(cells.responses) as responses
    from cells
    where cells.responses < $stratum_least_answers
    group by
        cells.survey_type,
        cells.metric,
        cells.value_tier

),

named as (

    select
        cells.survey_type,
        cells.metric,
        cells.customers,
        cells.responses,
        cells.persons,
        cells.sum_1,
        cells.sum_2,
        case
            when cells.responses >= $stratum_least_answers then concat(cells.value_tier, ' x ', cells.stage)
            when tiers.responses >= $stratum_least_answers then concat(cells.value_tier, ' x other stages')
        end as stratum
    from cells
    left join tiers
        on
            cells.survey_type = tiers.survey_type
            and cells.metric = tiers.metric
            and cells.value_tier = tiers.value_tier

),

sizes as (

    select
        named.survey_type,
        named.metric,
        named.stratum,
        sum(named.responses) as responses
    from named
    group by
        named.survey_type,
        named.metric,
        named.stratum

),

rests as (

    -- Where the small strata of all tiers go.
    select
        sizes.survey_type,
        sizes.metric,
        case
            when sum(case when sizes.stratum is null then sizes.responses else 0 end) >= $stratum_least_answers
                then 'others'
            else coalesce(
                first_value(sizes.stratum order by sizes.stratum is null, sizes.responses, sizes.stratum), 'all'
            )
        end as stratum
    from sizes
    group by
        sizes.survey_type,
        sizes.metric

)

select
    named.survey_type,
    named.metric,
    coalesce(named.stratum, rests.stratum) as stratum,
    sum(named.customers) as customers,
    sum(named.responses) as responses,
    sum(named.persons) as persons,
    sum(named.sum_1) as sum_1,
    sum(named.sum_2) as sum_2
from named
inner join rests
    on
        named.survey_type = rests.survey_type
        and named.metric = rests.metric
group by
    named.survey_type,
    named.metric,
    coalesce(named.stratum, rests.stratum)
