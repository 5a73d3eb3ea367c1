select
    activation_outcomes.trigger,
    activation_outcomes.outcome,
    activation_outcomes.window_days,
    activation_outcomes.assignment,
    activation_outcomes.customers,
    round(activation_outcomes.rate, 6) as rate,
    round(activation_outcomes.rate_ci_low, 6) as rate_ci_low,
    round(activation_outcomes.rate_ci_high, 6) as rate_ci_high,
    round(activation_outcomes.uplift, 6) as uplift,
    round(activation_outcomes.ci_low, 6) as ci_low,
    round(activation_outcomes.ci_high, 6) as ci_high,
    activation_outcomes.is_significant,
    activation_outcomes.is_suppressed
from activation_outcomes
order by activation_outcomes.trigger, activation_outcomes.outcome, activation_outcomes.assignment
