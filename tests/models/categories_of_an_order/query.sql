select
    int_transactions.transaction_id,
    int_transactions.categories_mask,
    int_transactions.lines
from int_transactions
order by int_transactions.transaction_id
