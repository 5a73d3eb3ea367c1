-- Grain: one row per order, and per transaction_id and local day with returned lines.
-- Orders and returns with the person they belong to (customer_no 0: unidentified), their local day and month, and what
-- paying and delivering an order cost. Everything about purchases further down derives from this model. Time, place and
-- is_return are facts of the line, so one transaction_id can be an order and, on the same day or later, returns:
--   order   all sold lines of a transaction_id, at the time of the first
--   return  all returned lines of a transaction_id on one local day, at the time of the first
-- Money is in minor units of the base currency, rounded half up per line:
--   gross      quantity x unit_price of sold lines
--   net sale   (quantity x unit_price - discount) of sold lines
--   discounts  gross - net sale
--   returns    (quantity x unit_price - discount) of returned lines
--   net        net sale - returns, so that net = gross - discounts - returns holds exactly
-- cost of goods = quantity x unit_cost, and comes back for returned lines. A line whose product or currency is unknown
-- adds nothing to the sum concerned, and is counted; costed_net is the net of the lines with a cost.
-- Payment and delivery cost what the extract says, else what the lookup order_costs says for the channel, rounded half
-- up per order. The extract's cost is that of the order: it may be on one line or repeated on all (0 counts as not
-- repeated); costs_agree is false if lines name several, and the largest counts. A return costs neither.
-- What the lines of one order or return say differently: a customer belongs to nobody (unidentified), a currency is
-- null, of channels and stores the first by name counts. A return that names no customer belongs to the customer whom
-- the other lines of its transaction_id name. One that names no record of the CRM belongs to the person whom its
-- e-mail address or phone number leads to. Those of erased persons are not here.

with transactions as (

    -- Before anything else is joined.
    select
        int_lines.transaction_id,
        case when int_lines.is_return then local_date(int_lines.ordered_at, $time_zone) end as returned_date,
        case when min(int_lines.customer_id) = max(int_lines.customer_id) then min(int_lines.customer_id) end
            as customer_id,
        coalesce(min(int_lines.customer_id) = max(int_lines.customer_id), true) as customers_agree,
        min(int_lines.ordered_at) as ordered_at,
        max(int_lines.ordered_at) <= min(int_lines.ordered_at) + interval '1 day' as times_agree,
        min(int_lines.channel) as channel,
        min(int_lines.store_id) as store_id,
        case when min(int_lines.currency) = max(int_lines.currency) then min(int_lines.currency) end as currency,
        coalesce(min(int_lines.channel) = max(int_lines.channel), true)
        and coalesce(min(int_lines.store_id) = max(int_lines.store_id), true)
        and count(int_lines.channel) in (0, count(*))
        and count(int_lines.store_id) in (0, count(*)) as places_agree,
        coalesce(
            min(nullif(int_lines.payment_cost_minor, 0)) = max(nullif(int_lines.payment_cost_minor, 0)), true
        )
        and coalesce(
            min(nullif(int_lines.delivery_cost_minor, 0)) = max(nullif(int_lines.delivery_cost_minor, 0)), true
        ) as costs_agree,
        max(int_lines.payment_cost_minor) as payment_cost_minor,
        max(int_lines.delivery_cost_minor) as delivery_cost_minor,
        count(*) as lines,
        count(int_lines.net_minor) as lines_with_rate,
        count(int_lines.cost_minor) as lines_with_cost,
        coalesce(sum(case when not int_lines.is_return then int_lines.gross_minor end), 0) as gross_minor,
        coalesce(sum(case when not int_lines.is_return then int_lines.net_minor end), 0) as net_sale_minor,
        coalesce(sum(case when int_lines.is_return then int_lines.net_minor end), 0) as returns_minor,
        coalesce(
            sum(
                case
                    when int_lines.cost_minor is null then 0
                    when int_lines.is_return then -int_lines.net_minor
                    else int_lines.net_minor
                end
            ),
            0
        ) as costed_net_minor,
        coalesce(sum(case when int_lines.is_return then -int_lines.cost_minor else int_lines.cost_minor end), 0)
            as cost_of_goods_minor
    from int_lines
    left join int_erased_transactions
        on int_lines.transaction_id = int_erased_transactions.transaction_id
    where
        int_lines.counts
        and int_erased_transactions.transaction_id is null
    group by
        int_lines.transaction_id,
        case when int_lines.is_return then local_date(int_lines.ordered_at, $time_zone) end

),

costs_left_out as (

    -- The cost of an order may be on a line that does not count, such as a gift card.
    select
        int_lines.transaction_id,
        max(int_lines.payment_cost_minor) as payment_cost_minor,
        max(int_lines.delivery_cost_minor) as delivery_cost_minor
    from int_lines
    where
        not int_lines.counts
        and not int_lines.is_return
        and (int_lines.payment_cost_minor is not null or int_lines.delivery_cost_minor is not null)
    group by int_lines.transaction_id

),

anonymous_returns as (

    select int_lines.transaction_id
    from int_lines
    where
        int_lines.is_return
        and int_lines.customer_id is null
    group by int_lines.transaction_id

),

named_elsewhere as (

    select
        int_lines.transaction_id,
        case when min(int_lines.customer_id) = max(int_lines.customer_id) then min(int_lines.customer_id) end
            as customer_id
    from anonymous_returns
    inner join int_lines
        on anonymous_returns.transaction_id = int_lines.transaction_id
    group by int_lines.transaction_id

),

orders as (

    select
        transactions.transaction_id,
        case when transactions.returned_date is null then 1 else 0 end as is_order,
        case
            when transactions.customers_agree then coalesce(transactions.customer_id, named_elsewhere.customer_id)
        end as customer_id,
        transactions.customers_agree,
        transactions.ordered_at,
        transactions.times_agree,
        transactions.channel,
        transactions.store_id,
        transactions.currency,
        transactions.places_agree,
        transactions.costs_agree,
        -- greatest skips nulls.
        greatest(transactions.payment_cost_minor, costs_left_out.payment_cost_minor) as payment_cost_minor,
        greatest(transactions.delivery_cost_minor, costs_left_out.delivery_cost_minor) as delivery_cost_minor,
        transactions.lines,
        transactions.lines_with_rate,
        transactions.lines_with_cost,
        transactions.gross_minor,
        transactions.net_sale_minor,
        transactions.returns_minor,
        transactions.costed_net_minor,
        transactions.cost_of_goods_minor
    from transactions
    left join named_elsewhere
        on
            transactions.transaction_id = named_elsewhere.transaction_id
            and transactions.returned_date is not null
    left join costs_left_out
        on
            transactions.transaction_id = costs_left_out.transaction_id
            and transactions.returned_date is null

)

select
    orders.transaction_id,
    coalesce(
        int_customer_records.customer_no,
        case when orders.customers_agree then int_guest_customers.customer_no end,
        0
    ) as customer_no,
    orders.ordered_at,
    local_date(orders.ordered_at, $time_zone) as ordered_date,
    local_month(orders.ordered_at, $time_zone) as month,
    orders.channel,
    orders.store_id,
    orders.currency,
    orders.is_order,
    orders.lines,
    orders.customers_agree,
    orders.currency is not null as currencies_agree,
    orders.times_agree,
    orders.places_agree,
    orders.costs_agree,
    orders.lines_with_rate,
    orders.lines_with_cost,
    orders.gross_minor,
    orders.gross_minor - orders.net_sale_minor as discounts_minor,
    orders.returns_minor,
    orders.net_sale_minor - orders.returns_minor as net_minor,
    orders.costed_net_minor,
    orders.cost_of_goods_minor,
    orders.payment_cost_minor is not null as has_payment_cost,
    orders.delivery_cost_minor is not null as has_delivery_cost,
    orders.is_order
    * coalesce(
        orders.payment_cost_minor,
        coalesce(share_of(greatest(orders.net_sale_minor, 0), order_costs.payment_share), 0)
        + cast(coalesce(order_costs.payment_fee, 0) * 100 as bigint)
    ) as payment_cost_minor,
    orders.is_order
    * coalesce(orders.delivery_cost_minor, cast(coalesce(order_costs.delivery_fee, 0) * 100 as bigint))
        as delivery_cost_minor
from orders
left join int_customer_records
    on orders.customer_id = int_customer_records.customer_id
left join int_guest_customers
    on orders.transaction_id = int_guest_customers.transaction_id
left join order_costs
    on orders.channel = order_costs.channel
