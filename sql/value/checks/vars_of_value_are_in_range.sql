-- Returns the vars of domain value whose value is outside its range, or not a number.

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
        ('holdout_least_customers', cast($holdout_least_customers as varchar), 1, null, '1 or more'),
        ('clv_horizon_days', cast($clv_horizon_days as varchar), 1, 7300, 'from 1 to 7300'),
        ('clv_period_days', cast($clv_period_days as varchar), 1, null, '1 or more'),
        ('discount_rate', cast($discount_rate as varchar), 0, 9.999999, 'from 0 to below 10'),
        ('default_interval_days', cast($default_interval_days as varchar), 1, null, '1 or more'),
        ('alive_patience', cast($alive_patience as varchar), 0.000001, null, 'above 0'),
        ('margin_prior_orders', cast($margin_prior_orders as varchar), 0, null, '0 or more')
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
    'purchase_model' as var,
    cast($purchase_model as varchar) as value,
    'mbg_nbd, bg_nbd or pareto_nbd' as expected
where cast($purchase_model as varchar) not in ('mbg_nbd', 'bg_nbd', 'pareto_nbd')
