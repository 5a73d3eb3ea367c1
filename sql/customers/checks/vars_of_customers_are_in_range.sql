-- Returns the vars of domain customers whose value is outside its range, or not a number.

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
        ('comparison_days', cast($comparison_days as varchar), 1, null, '1 or more'),
        ('guard_least_rows', cast($guard_least_rows as varchar), 1, null, '1 or more'),
        ('loyalty_point_cost', cast($loyalty_point_cost as varchar), 0, null, '0 or more'),
        ('max_disagreeing_orders', cast($max_disagreeing_orders as varchar), 0, 1, '0 to 1'),
        ('recent_share_fail', cast($recent_share_fail as varchar), 0, null, '0 or more'),
        ('recent_share_warn', cast($recent_share_warn as varchar), 0, null, '0 or more'),
        ('recent_value_fail', cast($recent_value_fail as varchar), 1, null, '1 or more'),
        ('recent_value_warn', cast($recent_value_warn as varchar), 1, null, '1 or more'),
        ('recent_volume_fail', cast($recent_volume_fail as varchar), 0, 1, 'between 0 and 1'),
        ('recent_volume_warn', cast($recent_volume_warn as varchar), 0, 1, 'between 0 and 1'),
        ('share_change_fail', cast($share_change_fail as varchar), 0, null, '0 or more'),
        ('share_change_warn', cast($share_change_warn as varchar), 0, null, '0 or more'),
        ('suppression_limit', cast($suppression_limit as varchar), 1, null, '1 or more'),
        ('survey_contact_days', cast($survey_contact_days as varchar), 0, null, '0 or more'),
        ('volume_fall_fail', cast($volume_fall_fail as varchar), 0, 1, 'between 0 and 1'),
        ('volume_fall_warn', cast($volume_fall_warn as varchar), 0, 1, 'between 0 and 1'),
        ('volume_rise_fail', cast($volume_rise_fail as varchar), 0, null, '0 or more'),
        ('volume_rise_warn', cast($volume_rise_warn as varchar), 0, null, '0 or more')
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
