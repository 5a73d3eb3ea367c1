select
    transaction_reconciliation.currency,
    transaction_reconciliation.outcome,
    transaction_reconciliation.reason,
    transaction_reconciliation.lines,
    transaction_reconciliation.amount,
    transaction_reconciliation.gross_amount,
    transaction_reconciliation.net_amount
from transaction_reconciliation
order by
    transaction_reconciliation.currency,
    transaction_reconciliation.outcome,
    transaction_reconciliation.reason
