-- Grain: one row per invitation to a survey.
-- The result of the invitation. Complete: an answer has every question in the lookup survey_questions for the survey
-- type; partial: no answer has all, but one has some. Open: its days are not over by as_of.

with outcomes as (

    select
        int_invitation_answers.invitation_no,
        bool_or(int_answer_completeness.is_complete) as is_complete,
        bool_or(int_answer_completeness.is_partial) as is_partial
    from int_invitation_answers
    inner join int_answer_completeness
        on int_invitation_answers.response_id = int_answer_completeness.response_id
    group by int_invitation_answers.invitation_no

),

stages as (

    select
        int_invitations.invitation_no,
        int_customer_stages.stage
    from int_invitations
    inner join int_customer_stages
        on int_invitations.customer_no = int_customer_stages.customer_no
    where
        int_customer_stages.entered_at < int_invitations.sent_at
        and (int_customer_stages.left_at is null or int_invitations.sent_at <= int_customer_stages.left_at)

),

earlier_date as (

    select cast(end_of_day(int_valuation_dates.valuation_date, $time_zone) as bigint) as ended_at
    from int_valuation_dates
    where not int_valuation_dates.is_current

)

select
    int_invitations.invitation_no,
    int_invitations.customer_no,
    int_invitations.respondent_no,
    int_invitations.survey_type,
    int_invitations.month,
    int_invitations.channel,
    case
        when int_invitations.customer_no is null or int_invitations.sent_at < earlier_date.ended_at then 'unknown'
        else coalesce(int_segment_moves.from_segment, 'unknown')
    end as segment,
    coalesce(stages.stage, 'unknown') as stage,
    int_invitations.sent_at + $invitation_days * 86400000000 > cast($as_of_end as bigint) as is_open,
    coalesce(outcomes.is_complete, false) as is_complete,
    coalesce(outcomes.is_partial and not outcomes.is_complete, false) as is_partial
from int_invitations
cross join earlier_date
left join outcomes
    on int_invitations.invitation_no = outcomes.invitation_no
left join stages
    on int_invitations.invitation_no = stages.invitation_no
left join int_segment_moves
    on int_invitations.customer_no = int_segment_moves.customer_no
