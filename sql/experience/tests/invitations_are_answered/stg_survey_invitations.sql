select
    t.customer_id,
    t.survey_type,
    arrow_cast(t.sent_at, 'Timestamp(Microsecond, Some("UTC"))') as sent_at,
    t.channel
from (
    values
    -- Answered in full
    ('A', 'relationship', '2025-03-01T10:00:00', 'email'),
    -- Two invitations, answered after the second: the answer belongs to the second, and is partial
    ('B', 'relationship', '2025-03-02T10:00:00', 'email'), ('B', 'relationship', '2025-03-20T10:00:00', 'email'),
    -- Answered on day 60, and one second later
    ('C', 'relationship', '2025-03-03T10:00:00', 'email'), ('D', 'relationship', '2025-03-03T10:00:00', 'email'),
    -- First partly, then fully answered: complete
    ('E', 'relationship', '2025-03-04T10:00:00', 'email'),
    -- Answered, but in another survey type; and answered before the invitation
    ('F', 'touchpoint', '2025-03-05T10:00:00', 'email'), ('G', 'relationship', '2025-03-06T10:00:00', 'email'),
    -- Unmatched
    ('H', 'relationship', '2025-03-07T10:00:00', 'sms'),
    -- Still open: closes after the end of as_of in Stockholm
    ('A', 'relationship', '2025-11-01T23:00:01', 'email')
) as t (customer_id, survey_type, sent_at, channel)
