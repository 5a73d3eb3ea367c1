-- Law 3: in every activity and month, the cost charged to customers (including the unidentified row) + unused
-- capacity = the pool; without a pool, the charged cost = the cost of the events. Customers come from
-- customer_months, unused capacity from activity_capacity, pools from the extract. Activities without a column of
-- their own count together as other. Returns the activities and months that differ.

with months as (

    select
        customer_months.month,
        unnest([
            named_struct('activity', 'phone', 'charged', sum(customer_months.cost_to_serve_phone)),
            named_struct('activity', 'chat', 'charged', sum(customer_months.cost_to_serve_chat)),
            named_struct('activity', 'email', 'charged', sum(customer_months.cost_to_serve_email)),
            named_struct('activity', 'store', 'charged', sum(customer_months.cost_to_serve_store)),
            named_struct('activity', 'web', 'charged', sum(customer_months.cost_to_serve_web)),
            named_struct('activity', 'app', 'charged', sum(customer_months.cost_to_serve_app)),
            named_struct(
                'activity', 'returns_handling', 'charged', sum(customer_months.cost_to_serve_returns_handling)
            ),
            named_struct('activity', 'other', 'charged', sum(customer_months.cost_to_serve_other))
        ]) as cost
    from customer_months
    group by customer_months.month

),

customers as (

    select
        months.cost['activity'] as activity,
        months.month,
        months.cost['charged'] as charged,
        0 as unused,
        0 as pool,
        0 as events
    from months

),

activities as (

    select customers.activity
    from customers
    group by customers.activity

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
