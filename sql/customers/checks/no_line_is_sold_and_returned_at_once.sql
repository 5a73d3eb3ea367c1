-- Returns the lines of int_lines_sold_and_returned with the sum of all their amounts in the currency. As the model is
-- read twice, it is kept, and the wide int_lines is freed long before the checks.

with totals as (

    select
        int_lines_sold_and_returned.currency,
        sum(abs(int_lines_sold_and_returned.list_minor)) as list_minor
    from int_lines_sold_and_returned
    group by int_lines_sold_and_returned.currency

)

select
    int_lines_sold_and_returned.transaction_id,
    int_lines_sold_and_returned.line_no,
    int_lines_sold_and_returned.ordered_at,
    int_lines_sold_and_returned.quantity,
    money(abs(int_lines_sold_and_returned.list_minor)) as amount,
    int_lines_sold_and_returned.currency,
    money(cast(totals.list_minor as bigint)) as amount_of_all
from int_lines_sold_and_returned
inner join totals
    on (int_lines_sold_and_returned.currency is not distinct from totals.currency)
