select
    'ca' as customer_key,
    cast(30000 as bigint) as cost_of_goods_minor,
    cast(0 as bigint) as phone_minor,
    cast(0 as bigint) as chat_minor,
    cast(0 as bigint) as email_minor,
    cast(0 as bigint) as store_minor,
    cast(0 as bigint) as web_minor,
    cast(0 as bigint) as app_minor,
    cast(0 as bigint) as returns_handling_minor,
    cast(0 as bigint) as other_minor

union all

select
    'unidentified' as customer_key,
    cast(4000 as bigint) as cost_of_goods_minor,
    cast(0 as bigint) as phone_minor,
    cast(0 as bigint) as chat_minor,
    cast(0 as bigint) as email_minor,
    cast(0 as bigint) as store_minor,
    cast(0 as bigint) as web_minor,
    cast(0 as bigint) as app_minor,
    cast(0 as bigint) as returns_handling_minor,
    cast(0 as bigint) as other_minor
