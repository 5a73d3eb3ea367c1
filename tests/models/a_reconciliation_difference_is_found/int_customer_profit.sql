select
    'ca' as customer_key,
    cast(30000 as bigint) as cost_of_goods_minor

union all

select
    'unidentified' as customer_key,
    cast(4000 as bigint) as cost_of_goods_minor
