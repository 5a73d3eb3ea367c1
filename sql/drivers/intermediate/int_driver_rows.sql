-- Grain: one row per target, driver set and person with a target and at least one driver of the set.
-- The input of relative_importance: the target, and each driver's mean score 0-100 (trust and emotion: 1-10) at its
-- place in the list; null if not experienced or not answered. Sums of whole numbers are divided once, so that a row
-- does not depend on the order of the answers.

with journeys as (

    select
        int_driver_scores.kind,
        int_driver_scores.customer_no,
        'journeys' as driver_set,
        'journey' as driver_type,
        int_driver_scores.journey as driver,
        cast(sum(int_driver_scores.score_e3) as double) / (3 * sum(int_driver_scores.answers)) as score
    from int_driver_scores
    where int_driver_scores.journey is not null
    group by
        int_driver_scores.kind,
        int_driver_scores.customer_no,
        int_driver_scores.journey

),

touchpoints as (

    select
        int_driver_scores.kind,
        int_driver_scores.customer_no,
        concat('touchpoints of ', int_driver_scores.journey) as driver_set,
        'touchpoint' as driver_type,
        int_driver_scores.touchpoint as driver,
        cast(int_driver_scores.score_e3 as double) / (3 * int_driver_scores.answers) as score
    from int_driver_scores
    where int_driver_scores.touchpoint is not null

),

relationship_answers as (

    select
        int_survey_answers.response_id,
        int_survey_answers.customer_no,
        int_survey_answers.responded_at,
        local_date(int_survey_answers.responded_at, $time_zone) as responded_date,
        int_survey_answers.trust,
        int_survey_answers.emotion
    from int_survey_answers
    where
        int_survey_answers.survey_type = 'relationship'
        and coalesce(int_survey_answers.trust, int_survey_answers.emotion) is not null

),

latest_answers as (

    -- For what customers say, from the same answer; for what they do, from the latest one in the window.
    select
        int_driver_bases.kind,
        int_driver_bases.customer_no,
        first_value(
            relationship_answers.trust
            order by relationship_answers.responded_at desc, relationship_answers.response_id desc
        ) as trust,
        first_value(
            relationship_answers.emotion
            order by relationship_answers.responded_at desc, relationship_answers.response_id desc
        ) as emotion
    from relationship_answers
    inner join int_driver_bases
        on relationship_answers.customer_no = int_driver_bases.customer_no
    where
        relationship_answers.response_id = int_driver_bases.response_id
        or (
            int_driver_bases.kind = 'done'
            and relationship_answers.responded_at <= int_driver_bases.responded_at
            and cast(int_driver_bases.responded_date as int) - cast(relationship_answers.responded_date as int)
            < $driver_window_days
        )
    group by
        int_driver_bases.kind,
        int_driver_bases.customer_no

),

attitudes as (

    select
        latest_answers.kind,
        latest_answers.customer_no,
        'journeys' as driver_set,
        'attitude' as driver_type,
        'trust' as driver,
        cast(latest_answers.trust as double) as score
    from latest_answers
    where latest_answers.trust is not null

    union all

    select
        latest_answers.kind,
        latest_answers.customer_no,
        'journeys' as driver_set,
        'attitude' as driver_type,
        'emotion' as driver,
        cast(latest_answers.emotion as double) as score
    from latest_answers
    where latest_answers.emotion is not null

),

scores as (

    select
        journeys.kind,
        journeys.customer_no,
        journeys.driver_set,
        journeys.driver_type,
        journeys.driver,
        journeys.score
    from journeys

    union all

    select
        touchpoints.kind,
        touchpoints.customer_no,
        touchpoints.driver_set,
        touchpoints.driver_type,
        touchpoints.driver,
        touchpoints.score
    from touchpoints

    union all

    select
        attitudes.kind,
        attitudes.customer_no,
        attitudes.driver_set,
        attitudes.driver_type,
        attitudes.driver,
        attitudes.score
    from attitudes

),

scored as (

    select
        scores.kind,
        scores.customer_no,
        scores.driver_set,
        int_driver_sets.driver_no,
        scores.score
    from scores
    inner join int_driver_sets
        on
            scores.driver_set = int_driver_sets.driver_set
            and scores.driver_type = int_driver_sets.driver_type
            and scores.driver = int_driver_sets.driver
    where int_driver_sets.driver_no is not null

),

wide as (

    select
        scored.kind,
        scored.customer_no,
        scored.driver_set,
        max(case when scored.driver_no = 1 then scored.score end) as driver_01,
        max(case when scored.driver_no = 2 then scored.score end) as driver_02,
        max(case when scored.driver_no = 3 then scored.score end) as driver_03,
        max(case when scored.driver_no = 4 then scored.score end) as driver_04,
        max(case when scored.driver_no = 5 then scored.score end) as driver_05,
        max(case when scored.driver_no = 6 then scored.score end) as driver_06,
        max(case when scored.driver_no = 7 then scored.score end) as driver_07,
        max(case when scored.driver_no = 8 then scored.score end) as driver_08,
        max(case when scored.driver_no = 9 then scored.score end) as driver_09,
        max(case when scored.driver_no = 10 then scored.score end) as driver_10,
        max(case when scored.driver_no = 11 then scored.score end) as driver_11,
        max(case when scored.driver_no = 12 then scored.score end) as driver_12,
        max(case when scored.driver_no = 13 then scored.score end) as driver_13,
        max(case when scored.driver_no = 14 then scored.score end) as driver_14,
        max(case when scored.driver_no = 15 then scored.score end) as driver_15
    from scored
    group by
        scored.kind,
        scored.customer_no,
        scored.driver_set

),

targets as (

    select
        int_driver_bases.kind as target,
        int_driver_bases.kind,
        int_driver_bases.customer_no,
        int_driver_bases.said as target_value
    from int_driver_bases
    where int_driver_bases.kind <> 'done'

    union all

    select
        'retention_12m' as target,
        'done' as kind,
        int_driver_outcomes.customer_no,
        cast(int_driver_outcomes.is_retained as double) as target_value
    from int_driver_outcomes

    union all

    select
        'margin_growth_12m' as target,
        'done' as kind,
        int_driver_outcomes.customer_no,
        cast(int_driver_outcomes.growth_minor as double) / 100 as target_value
    from int_driver_outcomes
    cross join int_profit_basis
    -- Without known unit costs there is no margin.
    where int_profit_basis.basis <> 'net_revenue'

)

select
    targets.target,
    wide.driver_set,
    targets.customer_no,
    targets.target_value,
    make_array(
        wide.driver_01,
        wide.driver_02,
        wide.driver_03,
        wide.driver_04,
        wide.driver_05,
        wide.driver_06,
        wide.driver_07,
        wide.driver_08,
        wide.driver_09,
        wide.driver_10,
        wide.driver_11,
        wide.driver_12,
        wide.driver_13,
        wide.driver_14,
        wide.driver_15
    ) as drivers
from wide
inner join targets
    on
        wide.kind = targets.kind
        and wide.customer_no = targets.customer_no
