select
    int_priority_suppression.level,
    int_priority_suppression.item,
    int_priority_suppression.segment
from int_priority_suppression
where int_priority_suppression.is_suppressed
order by
    int_priority_suppression.level,
    int_priority_suppression.item,
    int_priority_suppression.segment
