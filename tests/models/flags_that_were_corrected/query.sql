select
    no_line_is_sold_and_returned_at_once.transaction_id,
    no_line_is_sold_and_returned_at_once.line_no,
    no_line_is_sold_and_returned_at_once.ordered_at,
    no_line_is_sold_and_returned_at_once.quantity,
    no_line_is_sold_and_returned_at_once.amount,
    no_line_is_sold_and_returned_at_once.currency,
    no_line_is_sold_and_returned_at_once.amount_of_all
from no_line_is_sold_and_returned_at_once
order by no_line_is_sold_and_returned_at_once.transaction_id
