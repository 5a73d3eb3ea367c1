-- Grain: one row per currency, outcome and reason of transaction lines.
-- Where each line of the transaction extract went: into an order, into a return, or into neither, and why. Lines
-- of erased persons are only here, as one sum per currency. The amounts
-- add up to the control total of the extract (source_reconciliation) and to the revenue in orders; checks prove both.
-- A line that counts has its kind of product as the reason. One that does not has the reason of its status, or if its
-- status counts, its kind.

with totals as (

    select
        int_line_totals.currency,
        case
            when int_line_totals.is_erased then 'erased'
            when not int_line_totals.counts then 'left out'
            when int_line_totals.is_return then 'return'
            else 'order'
        end as outcome,
        case
            when int_line_totals.is_erased then 'erased'
            when order_statuses.counts = false then order_statuses.reason
            else int_line_totals.kind
        end as reason,
        int_line_totals.is_return,
        int_line_totals.lines,
        int_line_totals.list_minor,
        int_line_totals.gross_minor,
        int_line_totals.net_minor
    from int_line_totals
    left join order_statuses
        on lower(trim(int_line_totals.status)) = order_statuses.status

)

select
    totals.currency,
    totals.outcome,
    totals.reason,
    cast(sum(totals.lines) as bigint) as lines,
    money(cast(sum(totals.list_minor) as bigint)) as amount,
    money(cast(sum(totals.gross_minor) as bigint)) as gross_amount,
    money(cast(sum(case when totals.is_return then -totals.net_minor else totals.net_minor end) as bigint))
        as net_amount
from totals
group by
    totals.currency,
    totals.outcome,
    totals.reason
