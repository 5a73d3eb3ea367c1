-- Grain: one row per level, item and segment with an affected customer.
-- Persons with a contact in the journey or at the touchpoint in the 12 months until as_of, and their expected margin
-- in the next 12.

with recent as (

    select
        int_contacts.customer_no,
        int_contacts.touchpoint,
        coalesce(int_driver_items.journey, int_contacts.journey) as journey
    from int_contacts
    left join int_driver_items
        on
            int_contacts.touchpoint = int_driver_items.item
            and int_driver_items.level = 'touchpoint'
    where
        int_contacts.customer_no <> 0
        and int_contacts.occurred_date > $as_of - interval '12 months'

),

contacts as (

    select
        recent.customer_no,
        'journey' as level,
        recent.journey as item
    from recent

    union all

    select
        recent.customer_no,
        'touchpoint' as level,
        recent.touchpoint as item
    from recent

),

persons as (

    select
        contacts.customer_no,
        contacts.level,
        contacts.item
    from contacts
    inner join int_driver_items
        on
            contacts.level = int_driver_items.level
            and contacts.item = int_driver_items.item
    group by
        contacts.customer_no,
        contacts.level,
        contacts.item

),

valued as (

    select
        int_customer_values.customer_no,
        int_customer_values.value_segment,
        int_customer_values.expected_margin_12m_minor
    from int_customer_values
    where int_customer_values.is_current

),

segments as (

    select
        persons.level,
        persons.item,
        coalesce(valued.value_segment, 'no purchase') as segment,
        count(*) as customers,
        sum(coalesce(valued.expected_margin_12m_minor, 0)) as margin_minor
    from persons
    left join valued
        on persons.customer_no = valued.customer_no
    group by
        persons.level,
        persons.item,
        coalesce(valued.value_segment, 'no purchase')

)

select
    segments.level,
    segments.item,
    segments.segment,
    segments.customers,
    segments.margin_minor
from segments

union all

select
    segments.level,
    segments.item,
    'all' as segment,
    sum(segments.customers) as customers,
    sum(segments.margin_minor) as margin_minor
from segments
group by
    segments.level,
    segments.item
