select
    few_orders_disagree_with_their_lines.orders,
    few_orders_disagree_with_their_lines.disagreeing,
    few_orders_disagree_with_their_lines.several_customers,
    few_orders_disagree_with_their_lines.more_than_a_day_apart,
    orders_agree_with_their_lines.transaction_id
from few_orders_disagree_with_their_lines
cross join orders_agree_with_their_lines
order by orders_agree_with_their_lines.transaction_id
