select
    stated_vs_observed.stated_group,
    stated_vs_observed.outcome,
    stated_vs_observed.customers,
    round(stated_vs_observed.share, 6) as share,
    round(stated_vs_observed.ci_low, 6) as ci_low,
    round(stated_vs_observed.ci_high, 6) as ci_high,
    round(stated_vs_observed.share_of_all, 6) as share_of_all,
    round(stated_vs_observed.difference_to_others, 6) as difference,
    round(stated_vs_observed.difference_ci_low, 6) as difference_ci_low,
    round(stated_vs_observed.difference_ci_high, 6) as difference_ci_high,
    stated_vs_observed.is_significant,
    stated_vs_observed.is_suppressed
from stated_vs_observed
where stated_vs_observed.statement = 'nps'
order by
    stated_vs_observed.outcome,
    stated_vs_observed.stated_group
