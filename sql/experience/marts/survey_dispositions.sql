-- Grain: one row per survey type and month with an invitation or an answer.
-- Results of the invitations by AAPOR rules: all invited are eligible. A month's counts are shown if its response
-- rate is; answers without an invitation are also hidden while a hidden month's answers could be among them.

with invitations as (

    select
        int_invitation_outcomes.survey_type,
        int_invitation_outcomes.month,
        count(*) as invitations,
        sum(case when int_invitation_outcomes.is_open then 1 else 0 end) as open_invitations,
        sum(case when int_invitation_outcomes.is_complete and not int_invitation_outcomes.is_open then 1 else 0 end)
            as complete,
        sum(case when int_invitation_outcomes.is_partial and not int_invitation_outcomes.is_open then 1 else 0 end)
            as partial
    from int_invitation_outcomes
    group by
        int_invitation_outcomes.survey_type,
        int_invitation_outcomes.month

),

answers as (

    select
        int_survey_answers.survey_type,
        int_survey_answers.month,
        count(*) as answers,
        sum(case when int_invitation_answers.invitation_no is null then 1 else 0 end) as uninvited_answers
    from int_survey_answers
    left join int_invitation_answers
        on int_survey_answers.response_id = int_invitation_answers.response_id
    group by
        int_survey_answers.survey_type,
        int_survey_answers.month

),

months as (

    select
        coalesce(invitations.survey_type, answers.survey_type) as survey_type,
        coalesce(invitations.month, answers.month) as month,
        coalesce(invitations.invitations, 0) as invitations,
        coalesce(invitations.open_invitations, 0) as open_invitations,
        coalesce(invitations.complete, 0) as complete,
        coalesce(invitations.partial, 0) as partial,
        coalesce(answers.answers, 0) as answers,
        coalesce(answers.uninvited_answers, 0) as uninvited_answers
    from invitations
    full join answers
        on
            invitations.survey_type = answers.survey_type
            and invitations.month = answers.month

),

hidden as (

    select
        case int_cx_suppression.level when 'relationship' then 'relationship' else 'touchpoint' end as survey_type,
        int_cx_suppression.month_no
    from int_cx_suppression
    where
        int_cx_suppression.period = 'month'
        and int_cx_suppression.metric = 'response_rate'
        and int_cx_suppression.level in ('relationship', 'all_touchpoints')
        and int_cx_suppression.segment = 'all'
        and int_cx_suppression.is_suppressed

),

judged as (

    select
        months.survey_type,
        months.month,
        months.invitations,
        months.open_invitations,
        months.complete,
        months.partial,
        months.answers,
        months.uninvited_answers,
        bool_or(
            coalesce(
                hidden.month_no = 12 * date_part('year', months.month) + date_part('month', months.month) - 1, false
            )
        ) as is_suppressed,
        count(hidden.month_no) > 0 as is_near_suppressed
    from months
    left join hidden
        on
            months.survey_type = hidden.survey_type
            and hidden.month_no <= 12 * date_part('year', months.month) + date_part('month', months.month) - 1
            and hidden.month_no + $invitation_days / 28 + 1
            >= 12 * date_part('year', months.month) + date_part('month', months.month) - 1
    group by
        months.survey_type,
        months.month,
        months.invitations,
        months.open_invitations,
        months.complete,
        months.partial,
        months.answers,
        months.uninvited_answers

)

select
    judged.survey_type,
    judged.month,
    judged.invitations,
    judged.open_invitations,
    case when not judged.is_suppressed then judged.complete end as complete,
    case when not judged.is_suppressed then judged.partial end as partial,
    case
        when not judged.is_suppressed
            then judged.invitations - judged.open_invitations - judged.complete - judged.partial
    end as no_answer,
    judged.answers,
    case when not judged.is_near_suppressed then judged.uninvited_answers end as uninvited_answers,
    judged.is_suppressed,
    cast(judged.month + interval '1 month' as date) - $as_of <= 1 as is_complete_month
from judged
