-- Grain: one row per person (0: unidentified) with a contact or another event that uses an activity.
-- Cost to serve of each person per activity, in minor units; activities without a column are in other_minor. The cost
-- of an activity without a minute rate is unknown and not in the sums; services_without_rate counts the events with
-- one, interactions_without_rate the contacts among them.

with sums as (

    select
        int_activity_events.customer_no,
        sum(int_activity_events.contacts) as interactions,
        sum(case when int_activity_events.cost_minor is null then int_activity_events.contacts else 0 end)
            as interactions_without_rate,
        count(*) as services,
        count(*) - count(int_activity_events.cost_minor) as services_without_rate,
        coalesce(sum(int_activity_events.cost_minor), 0) as cost_to_serve_minor,
        coalesce(sum(case when int_activity_events.activity = 'phone' then int_activity_events.cost_minor end), 0)
            as phone_minor,
        coalesce(sum(case when int_activity_events.activity = 'chat' then int_activity_events.cost_minor end), 0)
            as chat_minor,
        coalesce(sum(case when int_activity_events.activity = 'email' then int_activity_events.cost_minor end), 0)
            as email_minor,
        coalesce(sum(case when int_activity_events.activity = 'store' then int_activity_events.cost_minor end), 0)
            as store_minor,
        coalesce(sum(case when int_activity_events.activity = 'web' then int_activity_events.cost_minor end), 0)
            as web_minor,
        coalesce(sum(case when int_activity_events.activity = 'app' then int_activity_events.cost_minor end), 0)
            as app_minor,
        coalesce(
            sum(case when int_activity_events.activity = 'returns_handling' then int_activity_events.cost_minor end), 0
        ) as returns_handling_minor,
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
        ) as later_cost_to_serve_minor,
        sum(case when int_activity_events.occurred_date > $as_of - interval '12 months' then 1 else 0 end)
            as services_12m,
        sum(
            case
                when
                    int_activity_events.occurred_date > $as_of - interval '12 months'
                    and int_activity_events.cost_minor is null
                    then 1
                else 0
            end
        ) as services_without_rate_12m
    from int_activity_events
    group by int_activity_events.customer_no

)

select
    sums.customer_no,
    sums.interactions,
    sums.interactions_without_rate,
    sums.services,
    sums.services_without_rate,
    sums.cost_to_serve_minor,
    sums.phone_minor,
    sums.chat_minor,
    sums.email_minor,
    sums.store_minor,
    sums.web_minor,
    sums.app_minor,
    sums.returns_handling_minor,
    sums.cost_to_serve_minor
    - sums.phone_minor
    - sums.chat_minor
    - sums.email_minor
    - sums.store_minor
    - sums.web_minor
    - sums.app_minor
    - sums.returns_handling_minor
        as other_minor,
    sums.cost_to_serve_12m_minor,
    sums.earlier_cost_to_serve_12m_minor,
    sums.later_cost_to_serve_minor,
    sums.services_12m,
    sums.services_without_rate_12m
from sums
