select
    int_transactions.transaction_id,
    int_transactions.gross_minor,
    int_transactions.net_sale_minor
from int_transactions
order by int_transactions.transaction_id
