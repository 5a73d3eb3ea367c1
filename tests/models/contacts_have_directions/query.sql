select
    concat('contact ', int_contacts.interaction_id) as found,
    int_contacts.direction as answer
from int_contacts

union all

select
    concat('undecided: ', int_contact_directions.channel, ' ', int_contact_directions.touchpoint) as found,
    cast(int_contact_directions.contacts as varchar) as answer
from int_contact_directions
where int_contact_directions.direction is null

union all

select
    concat('customer ', int_customer_channels.customer_no) as found,
    concat(
        int_customer_channels.contacts_by_customer,
        ' by customer, ',
        int_customer_channels.contacts_by_company,
        ' by company, ',
        coalesce(int_customer_channels.primary_channel, 'no channel')
    ) as answer
from int_customer_channels
order by found
