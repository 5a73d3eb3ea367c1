select
    int_cx_figures.metric,
    int_cx_figures.month_no,
    int_cx_figures.is_suppressed,
    round(int_cx_figures.value, 4) as value,
    round(int_cx_figures.ci_low, 4) as ci_low,
    round(int_cx_figures.ci_high, 4) as ci_high,
    int_cx_figures.previous_responses,
    round(int_cx_figures.previous_value, 4) as previous_value,
    round(int_cx_figures.change, 4) as change,
    round(int_cx_figures.change_ci_low, 4) as change_ci_low,
    round(int_cx_figures.change_ci_high, 4) as change_ci_high
from int_cx_figures
order by int_cx_figures.metric, int_cx_figures.month_no
