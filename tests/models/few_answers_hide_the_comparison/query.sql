select
    journey_comparison.journey,
    journey_comparison.population,
    journey_comparison.metric,
    journey_comparison.is_suppressed,
    journey_comparison.suppressed_because as because,
    round(journey_comparison.one_channel_value, 4) as one_channel,
    round(journey_comparison.one_channel_ci_low, 2) as one_low,
    round(journey_comparison.one_channel_ci_high, 2) as one_high,
    round(journey_comparison.multi_channel_value, 4) as multi_channel,
    round(journey_comparison.difference, 4) as difference,
    round(journey_comparison.ci_low, 4) as ci_low,
    round(journey_comparison.ci_high, 4) as ci_high,
    journey_comparison.is_significant
from journey_comparison
order by
    journey_comparison.metric,
    journey_comparison.population,
    journey_comparison.journey
