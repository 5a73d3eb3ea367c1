select
    'redeem' as kind,
    cast(110 as bigint) as points
