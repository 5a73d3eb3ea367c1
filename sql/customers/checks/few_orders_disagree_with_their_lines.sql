-- Lines of one order have one customer, one currency and about one time. Where more than the share
-- max_disagreeing_orders differs, the lines are not of one order: receipt numbers that begin again, for example in each
-- store or year. Returns the numbers of orders and returns if that is so.

with counted as (

    select
        count(*) as orders,
        count(case when not int_orders.customers_agree then 1 end) as several_customers,
        count(case when not int_orders.currencies_agree then 1 end) as several_currencies,
        count(case when not int_orders.times_agree then 1 end) as more_than_a_day_apart,
        count(
            case
                when
                    not int_orders.customers_agree
                    or not int_orders.currencies_agree
                    or not int_orders.times_agree
                    then 1
            end
        ) as disagreeing
    from int_orders

)

select
    counted.orders,
    counted.disagreeing,
    counted.several_customers,
    counted.several_currencies,
    counted.more_than_a_day_apart
from counted
where counted.disagreeing > $max_disagreeing_orders * counted.orders
