select
    int_unit_quarters.quarter_no,
    int_unit_quarters.engagement_e6,
    int_unit_quarters.customer_nps_e6,
    int_unit_quarters.customer_csat_e6,
    int_unit_quarters.revenue_growth_e6
from int_unit_quarters
order by int_unit_quarters.quarter_no
