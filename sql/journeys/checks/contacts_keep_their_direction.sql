-- Law 2, for contacts: those of the customers, by who made them, are as many in touchpoints as in customers. Returns
-- the directions where the numbers differ.

with counted as (

    select
        'customer' as direction,
        coalesce(sum(customers.contacts_by_customer), 0) as contacts
    from customers

    union all

    select
        'company' as direction,
        coalesce(sum(customers.contacts_by_company), 0) as contacts
    from customers

),

found as (

    select
        touchpoints.direction,
        count(*) as contacts
    from touchpoints
    where
        touchpoints.event = 'contact'
        and touchpoints.customer_key <> 'unidentified'
    group by touchpoints.direction

)

select
    coalesce(counted.direction, found.direction) as direction,
    counted.contacts as in_customers,
    coalesce(found.contacts, 0) as in_touchpoints
from counted
full join found
    on counted.direction = found.direction
where counted.contacts is distinct from coalesce(found.contacts, 0)
