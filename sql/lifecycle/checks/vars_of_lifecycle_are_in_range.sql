-- Returns the vars of domain lifecycle whose value is outside its range, or not a number.

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
        ('conversion_days', cast($conversion_days as varchar), 1, null, '1 or more'),
        ('at_risk_days', cast($at_risk_days as varchar), 0, null, '0 or more'),
        ('lapsed_days', cast($lapsed_days as varchar), 0, null, '0 or more'),
        ('won_back_days', cast($won_back_days as varchar), 0, null, '0 or more'),
        ('promoter_days', cast($promoter_days as varchar), 0, null, '0 or more'),
        ('stage_jump_fail', cast($stage_jump_fail as varchar), 0, null, '0 or more'),
        ('stage_jump_per_month', cast($stage_jump_per_month as varchar), 0, null, '0 or more'),
        ('stage_jump_warn', cast($stage_jump_warn as varchar), 0, null, '0 or more'),
        ('stage_share_fail', cast($stage_share_fail as varchar), 0, null, '0 or more'),
        ('stage_share_warn', cast($stage_share_warn as varchar), 0, null, '0 or more')
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
