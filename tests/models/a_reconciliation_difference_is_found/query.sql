select
    profit_is_reconciled.line,
    profit_is_reconciled.total,
    profit_is_reconciled.control_amount,
    profit_is_reconciled.difference
from profit_is_reconciled
order by profit_is_reconciled.line
