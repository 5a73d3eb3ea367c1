-- Returns the directions of contacts that are neither customer nor company, with their number. A staging model that
-- passes on the words of its extract looks like this.

select
    int_contacts.direction,
    count(*) as contacts
from int_contacts
where int_contacts.direction not in ('customer', 'company')
group by int_contacts.direction
