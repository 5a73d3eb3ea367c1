-- Returns the vars of domain drivers whose value is outside its range, or not a number.

with ranged as (

    select
        column1 as var,
        column2 as value,
        try_cast(column2 as double) as number,
        cast(column3 as double) as least,
        cast(column4 as double) as most,
        column5 as expected
    from (
        values
        ('driver_window_days', cast($driver_window_days as varchar), 1, null, '1 or more'),
        ('driver_replicates', cast($driver_replicates as varchar), 100, 10000, 'from 100 to 10000'),
        ('driver_seed', cast($driver_seed as varchar), 0, null, '0 or more')
    )

)

select
    ranged.var,
    ranged.value,
    ranged.expected
from ranged
where
    ranged.number is null
    or ranged.number < ranged.least
    or ranged.number > ranged.most

union all

select
    'priority_target' as var,
    cast($priority_target as varchar) as value,
    'nps, satisfaction_index, retention_12m or margin_growth_12m' as expected
where
    cast($priority_target as varchar)
    not in ('nps', 'satisfaction_index', 'retention_12m', 'margin_growth_12m')
