-- Grain: one row per currency, status, kind of product, is_return, counts and is_erased of transaction lines.
-- What the lines of the extract add up to, those that count in no order and those of erased persons included, for
-- transaction_reconciliation.
-- list_minor is in minor units of the line's currency, the other amounts in those of the base currency.

select
    int_lines.currency,
    int_lines.status,
    int_lines.kind,
    int_lines.is_return,
    int_lines.counts,
    int_erased_transactions.transaction_id is not null as is_erased,
    count(*) as lines,
    sum(int_lines.list_minor) as list_minor,
    sum(int_lines.gross_minor) as gross_minor,
    sum(int_lines.net_minor) as net_minor
from int_lines
left join int_erased_transactions
    on int_lines.transaction_id = int_erased_transactions.transaction_id
group by
    int_lines.currency,
    int_lines.status,
    int_lines.kind,
    int_lines.is_return,
    int_lines.counts,
    int_erased_transactions.transaction_id is not null
