-- Grain: one row per line of the profit statement.
-- What erased persons would have added to the statement, as one sum each over the whole life: without it the statement
-- would not add up to the extracts. It is not divided further, by day, channel or product. Costs are positive. What
-- serving them cost is not computed: their share of the pools is unused capacity, or that of others.

with lines as (

    select
        int_lines.transaction_id,
        int_lines.is_return,
        int_lines.counts,
        int_lines.channel,
        int_lines.gross_minor,
        int_lines.net_minor,
        int_lines.cost_minor,
        int_lines.payment_cost_minor,
        int_lines.delivery_cost_minor
    from int_erased_transactions
    inner join int_lines
        on int_erased_transactions.transaction_id = int_lines.transaction_id

),

sums as (

    select
        coalesce(sum(case when not lines.is_return then lines.gross_minor end), 0) as gross_minor,
        coalesce(sum(case when not lines.is_return then lines.net_minor end), 0) as net_sale_minor,
        coalesce(sum(case when lines.is_return then lines.net_minor end), 0) as returns_minor,
        coalesce(
            sum(
                case
                    when lines.cost_minor is not null then 0
                    when lines.is_return then -lines.net_minor
                    else lines.net_minor
                end
            ),
            0
        ) as uncosted_net_minor,
        coalesce(sum(case when lines.is_return then -lines.cost_minor else lines.cost_minor end), 0)
            as cost_of_goods_minor
    from lines
    where lines.counts

),

orders as (

    -- As int_orders: costs may be on a line that does not count, and a return has none.
    select
        min(case when lines.counts then lines.channel end) as channel,
        coalesce(sum(case when lines.counts then lines.net_minor end), 0) as net_sale_minor,
        max(lines.payment_cost_minor) as payment_cost_minor,
        max(lines.delivery_cost_minor) as delivery_cost_minor
    from lines
    where not lines.is_return
    group by lines.transaction_id
    having sum(case when lines.counts then 1 else 0 end) > 0

),

order_sums as (

    select
        coalesce(
            sum(
                coalesce(
                    orders.payment_cost_minor,
                    coalesce(share_of(greatest(orders.net_sale_minor, 0), order_costs.payment_share), 0)
                    + cast(coalesce(order_costs.payment_fee, 0) * 100 as bigint)
                )
            ),
            0
        ) as payment_cost_minor,
        coalesce(
            sum(
                coalesce(
                    orders.delivery_cost_minor, cast(coalesce(order_costs.delivery_fee, 0) * 100 as bigint)
                )
            ),
            0
        ) as delivery_cost_minor
    from orders
    left join order_costs
        on orders.channel = order_costs.channel

),

programme as (

    select coalesce(sum(stg_loyalty_events.programme_cost_minor), 0) as programme_cost_minor
    from int_erased_customers
    inner join stg_loyalty_events
        on int_erased_customers.customer_id = stg_loyalty_events.customer_id

),

acquisition as (

    select coalesce(sum(stg_crm_customers.acquisition_cost_minor), 0) as acquisition_cost_minor
    from int_erased_customers
    inner join stg_crm_customers
        on int_erased_customers.customer_id = stg_crm_customers.customer_id

),

entries as (

    select
        unnest([
            named_struct('line', 'gross_revenue', 'minor', sums.gross_minor),
            named_struct('line', 'discounts', 'minor', sums.gross_minor - sums.net_sale_minor),
            named_struct('line', 'returns', 'minor', sums.returns_minor),
            named_struct('line', 'net_revenue_without_cost', 'minor', sums.uncosted_net_minor),
            named_struct('line', 'cost_of_goods', 'minor', sums.cost_of_goods_minor),
            named_struct('line', 'payment_cost', 'minor', order_sums.payment_cost_minor),
            named_struct('line', 'delivery_cost', 'minor', order_sums.delivery_cost_minor),
            named_struct('line', 'programme_cost', 'minor', programme.programme_cost_minor),
            named_struct('line', 'acquisition_cost', 'minor', acquisition.acquisition_cost_minor)
        ]) as entry
    from sums
    cross join order_sums
    cross join programme
    cross join acquisition

)

select
    entries.entry['line'] as line,
    money(cast(entries.entry['minor'] as bigint)) as amount
from entries
