-- Grain: one row per person with an answer at least 365 days before as_of who had bought by then.
-- Behaviour after the answer: an order in the next 365 days, and the profit of the orders (gross margin of lines with a
-- known cost, less payment and delivery) of those days less that of the 365 days before. The growth is winsorised: the
-- largest and the smallest hundredth of the persons count as the next value, so that a few large orders do not decide
-- the drivers.

with done as (

    select
        int_driver_bases.customer_no,
        int_driver_bases.responded_at,
        int_driver_bases.responded_date
    from int_driver_bases
    where int_driver_bases.kind = 'done'

),

orders as (

    select
        done.customer_no,
        max(case when int_orders.ordered_at <= done.responded_at then int_orders.is_order else 0 end) as has_bought,
        max(
            case
                when
                    int_orders.ordered_at > done.responded_at
                    and cast(int_orders.ordered_date as int) - cast(done.responded_date as int) <= 365
                    then int_orders.is_order
                else 0
            end
        ) as is_retained,
        sum(
            case
                when
                    int_orders.ordered_at > done.responded_at
                    and cast(int_orders.ordered_date as int) - cast(done.responded_date as int) <= 365
                    then 1
                when
                    int_orders.ordered_at <= done.responded_at
                    and cast(done.responded_date as int) - cast(int_orders.ordered_date as int) <= 365
                    then -1
                else 0
            end
            * (
                int_orders.costed_net_minor
                - int_orders.cost_of_goods_minor
                - int_orders.payment_cost_minor
                - int_orders.delivery_cost_minor
            )
        ) as growth_minor
    from int_orders
    inner join done
        on int_orders.customer_no = done.customer_no
    group by done.customer_no

),

buyers as (

    select
        orders.customer_no,
        orders.is_retained,
        orders.growth_minor,
        row_number() over (order by orders.growth_minor, orders.customer_no) as growth_rank,
        count(*) over () as persons
    from orders
    where orders.has_bought = 1

),

limits as (

    select
        max(case when buyers.growth_rank = buyers.persons / 100 + 1 then buyers.growth_minor end) as least_minor,
        max(case when buyers.growth_rank = buyers.persons - buyers.persons / 100 then buyers.growth_minor end)
            as most_minor
    from buyers

)

select
    buyers.customer_no,
    buyers.is_retained,
    greatest(least(buyers.growth_minor, limits.most_minor), limits.least_minor) as growth_minor
from buyers
cross join limits
