-- Grain: one row per statement and person.
-- The latest statement of each person among the answers at least $outcome_window_days old, so that the window after
-- it is complete. score is as answered, or for the satisfaction index the nearest step of ten points. points_e2 is
-- the value that the lookup stated_groups divides into groups: hundredths of the score, or of an index point.

with answers as (

    select
        int_survey_answers.response_id,
        int_survey_answers.customer_no,
        cast(int_survey_answers.responded_at as bigint) as responded_at,
        int_survey_answers.survey_type,
        cast(int_survey_answers.nps as bigint) as nps,
        cast(int_survey_answers.csat as bigint) as csat,
        cast(int_survey_answers.ces as bigint) as ces,
        cast(int_survey_answers.trust as bigint) as trust,
        cast(int_survey_answers.emotion as bigint) as emotion,
        int_index_points.points as index_points,
        int_index_points.full_points as index_full_points
    from int_survey_answers
    left join int_index_points
        on
            int_survey_answers.response_id = int_index_points.response_id
            and int_index_points.index = 'satisfaction_index'
    where
        int_survey_answers.customer_no is not null
        and cast(int_survey_answers.responded_at as bigint) + $outcome_window_days * 86400000000
        <= cast($as_of_end as bigint)

),

statements as (

    select
        'nps' as statement,
        answers.customer_no,
        answers.response_id,
        answers.responded_at,
        answers.nps as score,
        answers.nps * 100 as points_e2
    from answers
    where
        answers.survey_type = 'relationship'
        and answers.nps is not null

    union all

    select
        'satisfaction_index' as statement,
        answers.customer_no,
        answers.response_id,
        answers.responded_at,
        (answers.index_points * 20 + answers.index_full_points) / (answers.index_full_points * 2) as score,
        answers.index_points * 10000 / answers.index_full_points as points_e2
    from answers
    where
        answers.survey_type = 'relationship'
        and answers.index_points is not null

    union all

    select
        'trust' as statement,
        answers.customer_no,
        answers.response_id,
        answers.responded_at,
        answers.trust as score,
        answers.trust * 100 as points_e2
    from answers
    where
        answers.survey_type = 'relationship'
        and answers.trust is not null

    union all

    select
        'emotion' as statement,
        answers.customer_no,
        answers.response_id,
        answers.responded_at,
        answers.emotion as score,
        answers.emotion * 100 as points_e2
    from answers
    where
        answers.survey_type = 'relationship'
        and answers.emotion is not null

    union all

    select
        'csat' as statement,
        answers.customer_no,
        answers.response_id,
        answers.responded_at,
        answers.csat as score,
        answers.csat * 100 as points_e2
    from answers
    where
        answers.survey_type = 'touchpoint'
        and answers.csat is not null

    union all

    select
        'ces' as statement,
        answers.customer_no,
        answers.response_id,
        answers.responded_at,
        answers.ces as score,
        answers.ces * 100 as points_e2
    from answers
    where
        answers.survey_type = 'touchpoint'
        and answers.ces is not null

)

select
    statements.statement,
    statements.customer_no,
    first_value(statements.response_id order by statements.responded_at desc, statements.response_id desc)
        as response_id,
    first_value(statements.responded_at order by statements.responded_at desc, statements.response_id desc)
        as responded_at,
    first_value(statements.score order by statements.responded_at desc, statements.response_id desc) as score,
    first_value(statements.points_e2 order by statements.responded_at desc, statements.response_id desc) as points_e2
from statements
group by
    statements.statement,
    statements.customer_no
