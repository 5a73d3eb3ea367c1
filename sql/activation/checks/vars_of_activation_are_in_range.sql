-- Returns the vars of domain activation whose value is outside its range, or not a number.

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
        ('activation_seed', cast($activation_seed as varchar), 0, null, '0 or more'),
        ('activation_pause_days', cast($activation_pause_days as varchar), 0, 3660, 'from 0 to 3660'),
        ('activation_retention_days', cast($activation_retention_days as varchar), 1, 36500, 'from 1 to 36500')
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
