-- Returns the vars of domain loyalty whose value is outside its range, or not a number.

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
        ('outcome_window_days', cast($outcome_window_days as varchar), 1, 36500, 'from 1 to 36500'),
        ('loyalty_active_months', cast($loyalty_active_months as varchar), 1, 1200, 'from 1 to 1200'),
        ('loyalty_breakage_months', cast($loyalty_breakage_months as varchar), 1, 1200, 'from 1 to 1200')
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
