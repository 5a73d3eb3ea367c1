select
    int_invitation_outcomes.invitation_no,
    int_invitation_outcomes.customer_no,
    int_invitation_outcomes.segment,
    int_invitation_outcomes.stage,
    int_invitation_outcomes.is_open,
    int_invitation_outcomes.is_complete,
    int_invitation_outcomes.is_partial,
    count(int_invitation_answers.response_id) as answers
from int_invitation_outcomes
left join int_invitation_answers
    on int_invitation_outcomes.invitation_no = int_invitation_answers.invitation_no
group by
    int_invitation_outcomes.invitation_no,
    int_invitation_outcomes.customer_no,
    int_invitation_outcomes.segment,
    int_invitation_outcomes.stage,
    int_invitation_outcomes.is_open,
    int_invitation_outcomes.is_complete,
    int_invitation_outcomes.is_partial
order by int_invitation_outcomes.invitation_no
