-- Grain: one row per person (0: nobody known) with a contact.
-- What serving each person cost, per channel, in minor units. Contacts in a channel without a minute
-- rate have no cost; they are counted beside it.

select
    int_contacts.customer_no,
    count(*) as interactions,
    count(*) - count(int_contacts.service_cost_minor) as interactions_without_rate,
    coalesce(sum(int_contacts.service_cost_minor), 0) as cost_to_serve_minor,
    coalesce(sum(case when int_contacts.channel = 'phone' then int_contacts.service_cost_minor end), 0) as phone_minor,
    coalesce(sum(case when int_contacts.channel = 'chat' then int_contacts.service_cost_minor end), 0) as chat_minor,
    coalesce(sum(case when int_contacts.channel = 'email' then int_contacts.service_cost_minor end), 0) as email_minor,
    coalesce(sum(case when int_contacts.channel = 'store' then int_contacts.service_cost_minor end), 0) as store_minor,
    coalesce(sum(case when int_contacts.channel = 'web' then int_contacts.service_cost_minor end), 0) as web_minor,
    coalesce(sum(case when int_contacts.channel = 'app' then int_contacts.service_cost_minor end), 0) as app_minor,
    coalesce(
        sum(
            case
                when int_contacts.occurred_date > $as_of - interval '12 months' then int_contacts.service_cost_minor
            end
        ),
        0
    ) as cost_to_serve_12m_minor,
    coalesce(
        sum(
            case
                when
                    $as_of - int_contacts.occurred_date >= $comparison_days
                    and int_contacts.occurred_date
                    > cast(cast($as_of as int) - cast($comparison_days as int) as date) - interval '12 months'
                    then int_contacts.service_cost_minor
            end
        ),
        0
    ) as earlier_cost_to_serve_12m_minor
from int_contacts
group by int_contacts.customer_no
