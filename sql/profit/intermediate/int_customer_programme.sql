-- Grain: one row per person (0: unidentified) who redeemed points.
-- Cost of the loyalty programme: in all, in the last 12 months, in the 12 months before the earlier valuation, and
-- since then, in minor units.

select
    int_loyalty_events.customer_no,
    sum(int_loyalty_events.programme_cost_minor) as programme_cost_minor,
    sum(
        case
            when int_loyalty_events.occurred_date > $as_of - interval '12 months'
                then int_loyalty_events.programme_cost_minor
            else 0
        end
    ) as programme_cost_12m_minor,
    sum(
        case
            when
                $as_of - int_loyalty_events.occurred_date >= $comparison_days
                and int_loyalty_events.occurred_date
                > cast(cast($as_of as int) - cast($comparison_days as int) as date) - interval '12 months'
                then int_loyalty_events.programme_cost_minor
            else 0
        end
    ) as earlier_programme_cost_12m_minor,
    sum(
        case
            when $as_of - int_loyalty_events.occurred_date < $comparison_days
                then int_loyalty_events.programme_cost_minor
            else 0
        end
    ) as later_programme_cost_minor
from int_loyalty_events
where int_loyalty_events.kind = 'redeem'
group by int_loyalty_events.customer_no
