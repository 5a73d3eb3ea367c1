select
    t.trigger,
    concat('c', cast(t.customer_no as varchar)) as customer_key,
    cast(t.activated_on as date) as activated_on,
    t.assignment,
    t.outcomes
from (
    values
    ('call', 1, '2025-11-01', 'treatment', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 2, '2025-11-01', 'treatment', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 3, '2025-11-01', 'treatment', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 4, '2025-11-01', 'treatment', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 5, '2025-11-01', 'treatment', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 6, '2025-11-01', 'treatment', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 7, '2025-11-01', 'control', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 8, '2025-11-01', 'control', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 9, '2025-11-01', 'control', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 10, '2025-11-01', 'control', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    ('call', 11, '2025-11-01', 'control', 'active:30,margin:30,no_complaint:30,ordered:30,promoter:30'),
    -- A second activation does not count, nor does one whose window has not passed. c99 is unmatched.
    ('call', 6, '2025-11-20', 'treatment', 'ordered:30'),
    ('call', 12, '2025-12-02', 'treatment', 'ordered:30'),
    ('call', 99, '2025-11-01', 'treatment', 'ordered:30'),
    -- Two treated customers are too few to be shown, and there is no control group. c15 has no outcome.
    ('thank', 13, '2025-12-01', 'treatment', 'ordered:30'),
    ('thank', 14, '2025-12-01', 'treatment', 'ordered:30'),
    ('thank', 15, '2025-12-01', 'treatment', null)
) as t (trigger, customer_no, activated_on, assignment, outcomes)
