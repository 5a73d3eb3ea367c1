-- Law 3 without pools: the cost of all contacts is found again in customer_months and in
-- customer_profitability, where it is also the sum of its activities. Returns what differs.

with contacts as (

    select cast(coalesce(sum(int_contacts.service_cost_minor), 0) as decimal(38, 2)) / 100 as cost_to_serve
    from int_contacts

),

tables as (

    select
        'customer_months' as measure,
        coalesce(sum(customer_months.cost_to_serve), 0) as cost_to_serve
    from customer_months

    union all

    select
        'customer_profitability' as measure,
        coalesce(sum(customer_profitability.cost_to_serve), 0) as cost_to_serve
    from customer_profitability

    union all

    select
        'customer_profitability, sum of activities' as measure,
        coalesce(
            sum(
                customer_profitability.cost_to_serve_phone
                + customer_profitability.cost_to_serve_chat
                + customer_profitability.cost_to_serve_email
                + customer_profitability.cost_to_serve_store
                + customer_profitability.cost_to_serve_web
                + customer_profitability.cost_to_serve_app
            ),
            0
        ) as cost_to_serve
    from customer_profitability

)

select
    tables.measure,
    tables.cost_to_serve,
    contacts.cost_to_serve as contacts_cost_to_serve
from tables
cross join contacts
where tables.cost_to_serve <> contacts.cost_to_serve
