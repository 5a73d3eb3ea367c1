-- Grain: one row per person (0: unidentified) with a contact or another event that uses an activity.
-- Cost to serve of each person per activity, in minor units. An activity without a minute rate costs nothing;
-- contacts with one are counted separately.

select
    int_activity_events.customer_no,
    sum(int_activity_events.contacts) as interactions,
    sum(case when int_activity_events.cost_minor is null then int_activity_events.contacts else 0 end)
        as interactions_without_rate,
    coalesce(sum(int_activity_events.cost_minor), 0) as cost_to_serve_minor,
    coalesce(sum(case when int_activity_events.activity_no = 1 then int_activity_events.cost_minor end), 0)
        as phone_minor,
    coalesce(sum(case when int_activity_events.activity_no = 2 then int_activity_events.cost_minor end), 0)
        as chat_minor,
    coalesce(sum(case when int_activity_events.activity_no = 3 then int_activity_events.cost_minor end), 0)
        as email_minor,
    coalesce(sum(case when int_activity_events.activity_no = 4 then int_activity_events.cost_minor end), 0)
        as store_minor,
    coalesce(sum(case when int_activity_events.activity_no = 5 then int_activity_events.cost_minor end), 0)
        as web_minor,
    coalesce(sum(case when int_activity_events.activity_no = 6 then int_activity_events.cost_minor end), 0)
        as app_minor,
    coalesce(sum(case when int_activity_events.activity_no = 7 then int_activity_events.cost_minor end), 0)
        as returns_handling_minor,
    coalesce(sum(case when int_activity_events.activity_no = 8 then int_activity_events.cost_minor end), 0)
        as other_minor,
    coalesce(
        sum(
            case
                when int_activity_events.occurred_date > $as_of - interval '12 months'
                    then int_activity_events.cost_minor
            end
        ),
        0
    ) as cost_to_serve_12m_minor,
    coalesce(
        sum(
            case
                when
                    $as_of - int_activity_events.occurred_date >= $comparison_days
                    and int_activity_events.occurred_date
                    > cast(cast($as_of as int) - cast($comparison_days as int) as date) - interval '12 months'
                    then int_activity_events.cost_minor
            end
        ),
        0
    ) as earlier_cost_to_serve_12m_minor,
    coalesce(
        sum(
            case
                when $as_of - int_activity_events.occurred_date < $comparison_days
                    then int_activity_events.cost_minor
            end
        ),
        0
    ) as later_cost_to_serve_minor
from int_activity_events
group by int_activity_events.customer_no
