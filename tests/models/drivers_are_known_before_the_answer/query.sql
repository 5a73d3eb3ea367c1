select
    int_driver_rows.target,
    int_driver_rows.driver_set,
    int_driver_rows.customer_no,
    round(int_driver_rows.target_value, 6) as target_value,
    round(int_driver_rows.drivers[1], 6) as driver_1,
    int_driver_rows.drivers[2] as driver_2,
    int_driver_rows.drivers[3] as driver_3,
    int_driver_rows.drivers[14] as trust
from int_driver_rows
order by
    int_driver_rows.target,
    int_driver_rows.driver_set,
    int_driver_rows.customer_no
