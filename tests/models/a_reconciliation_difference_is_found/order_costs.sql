select
    'web' as channel,
    cast(0.015 as decimal(9, 6)) as payment_share,
    cast(0 as decimal(12, 2)) as payment_fee,
    cast(39 as decimal(12, 2)) as delivery_fee
