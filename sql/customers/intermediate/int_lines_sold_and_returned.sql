-- Grain: one row per transaction line that is sold and returned at once.
-- Lines that are sold and returned under the same number, at the same time, with the same product, quantity and
-- amounts. A flag is_return that a later delivery corrects makes another key, so that such a pair is probably one row,
-- and both count. A refund comes at another time, and an exchange has other products. Amounts are those of the return,
-- list_minor in minor units of its currency.

with returned as (

    select
        int_lines.transaction_id,
        int_lines.line_no,
        int_lines.ordered_at,
        int_lines.product_id,
        int_lines.currency,
        int_lines.quantity,
        int_lines.list_minor,
        int_lines.net_minor
    from int_lines
    left join int_erased_transactions
        on int_lines.transaction_id = int_erased_transactions.transaction_id
    where
        int_lines.is_return
        and int_lines.counts
        and int_erased_transactions.transaction_id is null

),

sold as (

    select
        int_lines.transaction_id,
        int_lines.line_no,
        int_lines.ordered_at,
        int_lines.product_id,
        int_lines.currency,
        int_lines.quantity,
        int_lines.list_minor,
        int_lines.net_minor
    from int_lines
    where
        not int_lines.is_return
        and int_lines.counts

)

select
    returned.transaction_id,
    returned.line_no,
    returned.ordered_at,
    returned.quantity,
    returned.list_minor,
    returned.currency
from returned
inner join sold
    on
        returned.transaction_id = sold.transaction_id
        and returned.line_no = sold.line_no
        and returned.ordered_at = sold.ordered_at
where
    (returned.product_id is not distinct from sold.product_id)
    and (returned.currency is not distinct from sold.currency)
    and abs(returned.quantity) = abs(sold.quantity)
    and abs(returned.list_minor) = abs(sold.list_minor)
    and (abs(returned.net_minor) is not distinct from abs(sold.net_minor))
