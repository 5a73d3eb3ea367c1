-- Cost to serve is known for each contact: returns the channels without a minute rate, whose contacts
-- count and whose cost does not.

select
    int_contacts.channel,
    count(*) as contacts
from int_contacts
where int_contacts.service_cost_minor is null
group by int_contacts.channel
