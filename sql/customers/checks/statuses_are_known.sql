-- Returns the statuses of transaction lines that the lookup order_statuses does not have. Their lines count.

select
    int_line_totals.status,
    sum(int_line_totals.lines) as lines
from int_line_totals
left join order_statuses
    on lower(trim(int_line_totals.status)) = order_statuses.status
where
    int_line_totals.status is not null
    and order_statuses.status is null
group by int_line_totals.status
