-- Returns the vars of domain experience whose value is outside its range, or not a number.

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
        ('invitation_days', cast($invitation_days as varchar), 1, 3650, 'from 1 to 3650'),
        ('stratum_least_answers', cast($stratum_least_answers as varchar), 5, null, '5 or more')
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
