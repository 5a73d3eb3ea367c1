select
    int_index_points.index,
    int_index_points.response_id,
    int_index_points.points,
    int_index_points.full_points,
    round(100.0 * int_index_points.points / int_index_points.full_points, 6) as score
from int_index_points
order by int_index_points.index, int_index_points.response_id
