-- Returns the vars of domain segments whose value is outside its range, or not a number.

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
        ('needs_min_customers', cast($needs_min_customers as varchar), 1, null, '1 or more'),
        ('needs_prior_orders', cast($needs_prior_orders as varchar), 0.000001, null, 'above 0'),
        ('needs_segments_min', cast($needs_segments_min as varchar), 2, null, '2 or more'),
        ('needs_segments_max', cast($needs_segments_max as varchar), 2, 64, 'from needs_segments_min to 64'),
        ('needs_seed', cast($needs_seed as varchar), 0, null, '0 or more')
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
    or (ranged.var = 'needs_segments_max' and ranged.number < try_cast($needs_segments_min as double))
