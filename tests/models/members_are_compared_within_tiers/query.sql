select
    loyalty_comparison.measure,
    loyalty_comparison.method,
    loyalty_comparison.members,
    loyalty_comparison.non_members,
    round(loyalty_comparison.member_value, 6) as member_value,
    round(loyalty_comparison.non_member_value, 6) as non_member_value,
    round(loyalty_comparison.difference, 6) as difference,
    round(loyalty_comparison.ci_low, 6) as ci_low,
    round(loyalty_comparison.ci_high, 6) as ci_high,
    loyalty_comparison.is_significant,
    loyalty_comparison.is_suppressed
from loyalty_comparison
order by
    loyalty_comparison.measure,
    loyalty_comparison.method
