-- Law 3: the cost of all events equals the totals of customer_months, customer_profitability, activity_capacity and
-- channel_profitability, and the sum of the columns per activity where they exist. Where minute costs are not known,
-- cost_to_serve and the columns are null: they are compared in tables where every row has them. Returns what differs.

with events as (

    select money(coalesce(sum(int_activity_sums.cost_minor), 0)) as cost_to_serve
    from int_activity_sums

),

tables as (

    select
        'customer_months' as measure,
        case
            when count(customer_months.cost_to_serve) = count(*)
                then coalesce(sum(customer_months.cost_to_serve), 0)
        end as cost_to_serve
    from customer_months

    union all

    select
        'customer_months, sum of activities' as measure,
        sum(
            customer_months.cost_to_serve_phone
            + customer_months.cost_to_serve_chat
            + customer_months.cost_to_serve_email
            + customer_months.cost_to_serve_store
            + customer_months.cost_to_serve_web
            + customer_months.cost_to_serve_app
            + customer_months.cost_to_serve_returns_handling
            + customer_months.cost_to_serve_other
        ) as cost_to_serve
    from customer_months

    union all

    select
        'customer_profitability' as measure,
        case
            when count(customer_profitability.cost_to_serve) = count(*)
                then coalesce(sum(customer_profitability.cost_to_serve), 0)
        end as cost_to_serve
    from customer_profitability

    union all

    select
        'customer_profitability, sum of activities' as measure,
        sum(
            customer_profitability.cost_to_serve_phone
            + customer_profitability.cost_to_serve_chat
            + customer_profitability.cost_to_serve_email
            + customer_profitability.cost_to_serve_store
            + customer_profitability.cost_to_serve_web
            + customer_profitability.cost_to_serve_app
            + customer_profitability.cost_to_serve_returns_handling
            + customer_profitability.cost_to_serve_other
        ) as cost_to_serve
    from customer_profitability

    union all

    select
        'activity_capacity' as measure,
        coalesce(sum(activity_capacity.charged_cost), 0) as cost_to_serve
    from activity_capacity

    union all

    select
        'channel_profitability' as measure,
        case
            when count(channel_profitability.cost_to_serve) = count(*)
                then coalesce(sum(channel_profitability.cost_to_serve), 0)
        end as cost_to_serve
    from channel_profitability

)

select
    tables.measure,
    tables.cost_to_serve,
    events.cost_to_serve as events_cost_to_serve
from tables
cross join events
where tables.cost_to_serve <> events.cost_to_serve
