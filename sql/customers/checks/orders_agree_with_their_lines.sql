-- Returns the orders and returns whose lines differ in what they share, and in what. An order of several customers
-- belongs to nobody (unidentified), one of several currencies has none, and channel and store are the first by name. No
-- amount depends on it, because each line is converted at its own rate.

select
    int_orders.transaction_id,
    int_orders.is_order,
    int_orders.ordered_at,
    int_orders.lines,
    int_orders.customers_agree,
    int_orders.currencies_agree,
    int_orders.times_agree,
    int_orders.places_agree
from int_orders
where
    not int_orders.customers_agree
    or not int_orders.currencies_agree
    or not int_orders.times_agree
    or not int_orders.places_agree
