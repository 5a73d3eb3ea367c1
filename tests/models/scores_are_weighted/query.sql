-- 1/4 x 10/20 + 3/4 x 16/20 = 0.725; design effect 40 / 400^2 x (100^2 / 20 + 300^2 / 20) = 1.25, so 32 answers.
select
    weighted_scores.responses,
    weighted_scores.weighted_responses,
    weighted_scores.strata,
    round(weighted_scores.raw_value, 6) as raw_value,
    round(weighted_scores.weighted_value, 6) as weighted_value,
    round(weighted_scores.weighted_ci_low, 6) as ci_low,
    round(weighted_scores.weighted_ci_high, 6) as ci_high,
    round(weighted_scores.design_effect, 6) as design_effect,
    round(weighted_scores.effective_responses, 6) as effective_responses
from weighted_scores
