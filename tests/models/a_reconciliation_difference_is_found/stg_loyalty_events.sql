select
    cast('C1' as varchar) as customer_id,
    'redeem' as kind,
    cast(110 as bigint) as points
