-- Grain: one row per transaction_id.
-- Lines become orders and returns, before anything else is joined. Money is in minor units of the base
-- currency, rounded half up per line:
--   gross    quantity x unit_price of sold lines
--   net sale (quantity x unit_price - discount) of sold lines; discounts = gross - net sale
--   returns  (quantity x unit_price - discount) of returned lines
--   net      net sale - returns, so that net = gross - discounts - returns holds exactly
-- cost of goods = quantity x unit_cost, and comes back for returned lines. A line whose product or
-- currency is unknown adds nothing to the sum concerned, and is counted. categories_mask has a bit for each
-- category among the lines, carried so that nobody has to read the lines again to count categories.

select
    int_lines.transaction_id,
    min(int_lines.customer_id) as customer_id,
    min(int_lines.ordered_at) as ordered_at,
    min(int_lines.channel) as channel,
    bool_and(int_lines.is_return) as is_return,
    coalesce(bit_or(cast(1 as bigint) << int_lines.category_no), 0) as categories_mask,
    count(*) as lines,
    count(int_lines.net_minor) as lines_with_rate,
    count(int_lines.cost_minor) as lines_with_cost,
    coalesce(sum(case when not int_lines.is_return then int_lines.gross_minor end), 0) as gross_minor,
    coalesce(sum(case when not int_lines.is_return then int_lines.net_minor end), 0) as net_sale_minor,
    coalesce(sum(case when int_lines.is_return then int_lines.net_minor end), 0) as returns_minor,
    coalesce(sum(case when int_lines.is_return then -int_lines.cost_minor else int_lines.cost_minor end), 0)
        as cost_of_goods_minor
from int_lines
group by int_lines.transaction_id
