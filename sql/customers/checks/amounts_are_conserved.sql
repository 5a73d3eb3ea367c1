-- Law 1, amounts: the control total of the transaction extract, which the reader computes from the files, is what the
-- lines in transaction_reconciliation add up to, and those in orders and returns are the revenue and the refunds in
-- orders. A staging model that forgets to turn units into minor units fails here.
-- In the base currency an amount is the same before and after conversion; in another one it is not three times more or
-- less than at the rate of fixed_exchange_rates, where there is one: rates quoted per 100 units fail here.
-- Prices finer than a cent are rounded per line, so half a minor unit per line may differ. Where rows of the extract
-- are after as_of or deleted, their amount is not known: then a line may not be worth ten times more or less
-- on average than in the extract. Returns what differs.

with lines as (

    select
        sum(transaction_reconciliation.lines) as lines,
        sum(transaction_reconciliation.amount) as amount
    from transaction_reconciliation

),

extract as (

    select
        source_reconciliation.rows_loaded as lines,
        source_reconciliation.amount_loaded as amount,
        source_reconciliation.rows_after_as_of + source_reconciliation.rows_deleted as lines_out
    from source_reconciliation
    where source_reconciliation.source = 'transactions'

),

expected as (

    select
        transaction_reconciliation.currency,
        sum(
            case transaction_reconciliation.outcome when 'order' then transaction_reconciliation.gross_amount else 0 end
        ) as gross_revenue,
        sum(
            case transaction_reconciliation.outcome when 'return' then -transaction_reconciliation.net_amount else 0 end
        ) as returns
    from transaction_reconciliation
    group by transaction_reconciliation.currency

),

found as (

    select
        orders.currency,
        sum(orders.gross_revenue) as gross_revenue,
        sum(orders.returns) as returns
    from orders
    group by orders.currency

),

converted as (

    -- What quantity x unit_price of all lines is in the base currency, against the same at the fixed rate.
    select
        transaction_reconciliation.currency,
        sum(transaction_reconciliation.lines) as lines,
        cast(
            sum(transaction_reconciliation.amount)
            * case
                when transaction_reconciliation.currency = $base_currency then 1
                else max(fixed_exchange_rates.rate)
            end as decimal(30, 2)
        ) as expected,
        sum(transaction_reconciliation.gross_amount) as found
    from transaction_reconciliation
    left join fixed_exchange_rates
        on transaction_reconciliation.currency = fixed_exchange_rates.currency
    group by transaction_reconciliation.currency

),

mixed as (

    -- An order of several currencies is in none of them.
    select count(*) as orders
    from found
    where found.currency is null

)

select
    'control total' as broken,
    null as currency,
    extract.amount as expected,
    lines.amount as found
from extract
cross join lines
where
    (extract.lines_out = 0 and abs(extract.amount - lines.amount) > 0.005 * lines.lines)
    or (
        extract.lines_out > 0
        and lines.lines > 0
        and (
            10 * lines.amount * extract.lines < extract.amount * lines.lines
            or lines.amount * extract.lines > 10 * extract.amount * lines.lines
        )
    )

union all

select
    'amount in base currency' as broken,
    converted.currency,
    converted.expected,
    converted.found
from converted
where
    (converted.currency = $base_currency and abs(converted.expected - converted.found) > 0.01 * converted.lines)
    or converted.found > 3 * converted.expected
    or 3 * converted.found < converted.expected

union all

select
    'revenue in orders' as broken,
    expected.currency,
    expected.gross_revenue - expected.returns as expected,
    found.gross_revenue - found.returns as found
from expected
left join found
    on expected.currency = found.currency
cross join mixed
where
    mixed.orders = 0
    and (
        coalesce(expected.gross_revenue, 0) <> coalesce(found.gross_revenue, 0)
        or coalesce(expected.returns, 0) <> coalesce(found.returns, 0)
    )
