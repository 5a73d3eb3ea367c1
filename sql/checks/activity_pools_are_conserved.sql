-- Law 3: in every activity and month what customers are charged (the unidentified line with them) + unused
-- capacity = the pool; without a pool, what they are charged = the cost of the events. Customers from
-- customer_months, unused from activity_capacity, pools from the extract. Activities without a column of
-- their own are one, other. Returns the activities and months where not.

with activities as (

    select
        column1 as activity_no,
        column2 as activity
    from (
        values
        (1, 'phone'),
        (2, 'chat'),
        (3, 'email'),
        (4, 'store'),
        (5, 'web'),
        (6, 'app'),
        (7, 'returns_handling'),
        (8, 'other')
    )

),

months as (

    select
        customer_months.month,
        sum(customer_months.cost_to_serve_phone) as phone,
        sum(customer_months.cost_to_serve_chat) as chat,
        sum(customer_months.cost_to_serve_email) as email,
        sum(customer_months.cost_to_serve_store) as store,
        sum(customer_months.cost_to_serve_web) as web,
        sum(customer_months.cost_to_serve_app) as app,
        sum(customer_months.cost_to_serve_returns_handling) as returns_handling,
        sum(customer_months.cost_to_serve_other) as other
    from customer_months
    group by customer_months.month

),

customers as (

    select
        activities.activity,
        months.month,
        case activities.activity_no
            when 1 then months.phone
            when 2 then months.chat
            when 3 then months.email
            when 4 then months.store
            when 5 then months.web
            when 6 then months.app
            when 7 then months.returns_handling
            when 8 then months.other
        end as charged,
        0 as unused,
        0 as pool,
        0 as events
    from months
    cross join activities

),

unused as (

    select
        coalesce(activities.activity, 'other') as activity,
        activity_capacity.month,
        0 as charged,
        coalesce(activity_capacity.unused_cost, 0) as unused,
        0 as pool,
        case when activity_capacity.pool_cost is null then activity_capacity.charged_cost else 0 end as events
    from activity_capacity
    left join activities
        on activity_capacity.activity = activities.activity

),

pools as (

    select
        coalesce(activities.activity, 'other') as activity,
        stg_activity_costs.month,
        0 as charged,
        0 as unused,
        money(stg_activity_costs.pool_cost_minor) as pool,
        0 as events
    from stg_activity_costs
    left join activities
        on stg_activity_costs.activity = activities.activity

),

together as (

    select * from customers

    union all

    select * from unused

    union all

    select * from pools

)

select
    together.activity,
    together.month,
    sum(together.charged) as charged_to_customers,
    sum(together.unused) as unused_cost,
    sum(together.pool) as pool_cost,
    sum(together.events) as cost_without_pool
from together
group by
    together.activity,
    together.month
having sum(together.charged) + sum(together.unused) <> sum(together.pool) + sum(together.events)
