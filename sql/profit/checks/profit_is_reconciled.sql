-- Returns the lines of the profit statement that differ from their control.

select
    profit_reconciliation.line,
    profit_reconciliation.total,
    profit_reconciliation.control_amount,
    profit_reconciliation.difference
from profit_reconciliation
where coalesce(profit_reconciliation.difference <> 0, true)
