select
    t.period,
    cast(t.month_no as bigint) as month_no,
    'relationship' as level,
    'all' as item,
    'all' as segment,
    t.metric,
    cast(t.responses as bigint) as responses,
    cast(t.responses as bigint) as persons,
    cast(t.sum_1 as bigint) as sum_1,
    cast(t.sum_2 as bigint) as sum_2
from (
    values
    -- 20 promoters and 10 detractors of 50 after 5 and 0 of 5
    ('month', 24300, 'nps', 5, 5, 0), ('month', 24301, 'nps', 50, 20, 10),
    -- No month before; and the twelve months before it
    ('month', 24303, 'nps', 50, 20, 10),
    ('rolling_12_months', 24300, 'csat', 80, 48, 0), ('rolling_12_months', 24311, 'csat', 70, 70, 0),
    ('rolling_12_months', 24312, 'csat', 70, 56, 0),
    -- Points of three items of equal weight: 2700 is all 10
    ('month', 24300, 'satisfaction_index', 5, 13500, 36450000), ('month', 24301, 'satisfaction_index', 5, 0, 0),
    ('month', 24302, 'satisfaction_index', 5, 4500, 4650000),
    -- Hidden: neither it nor any figure computed from it is shown
    ('month', 24300, 'trust_index', 5, 1000, 300000), ('month', 24301, 'trust_index', 4, 1000, 300000),
    ('month', 24302, 'trust_index', 5, 1000, 300000)
) as t (period, month_no, metric, responses, sum_1, sum_2)
