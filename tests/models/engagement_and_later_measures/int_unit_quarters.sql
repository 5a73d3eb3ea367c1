-- Five units. Units with higher engagement have lower scores (between), but within each unit scores follow engagement
-- one quarter later (three months). Only two units have revenue growth: hidden.
select
    concat('S', cast(t.unit_no as varchar)) as unit,
    cast(t.quarter_no as bigint) as quarter_no,
    cast(t.engagement as bigint) * 1000000 as engagement_e6,
    cast(t.nps as bigint) * 1000000 as customer_nps_e6,
    cast(null as bigint) as customer_csat_e6,
    cast(t.growth as bigint) as revenue_growth_e6
from (
    values
    (1, 100, 50, 40, 1), (1, 101, 54, 39, 2), (1, 102, 52, 44, 3), (1, 103, 50, 41, 4),
    (2, 100, 60, 30, 1), (2, 101, 58, 30, 5), (2, 102, 62, 27, 2), (2, 103, 60, 32, 3),
    (3, 100, 70, 22, null), (3, 101, 74, 20, null), (3, 102, 70, 25, null), (3, 103, 70, 20, null),
    (4, 100, 80, 10, null), (4, 101, 82, 11, null), (4, 102, 78, 13, null), (4, 103, null, 8, null),
    (5, 100, 90, 0, null), (5, 101, 90, 2, null), (5, 102, 94, 1, null), (5, 103, 90, 6, null)
) as t (unit_no, quarter_no, engagement, nps, growth)
