with kinds as (

    select
        t.column1 as kind,
        t.column2 as channel,
        t.column3 as buyers,
        t.column4 as orders,
        t.column5 as discount
    from (values (0, 'store', 70, 6, 0), (1, 'web', 50, 5, 30), (2, 'app', 30, 16, 5)) as t

),

buyers as (

    select
        kinds.kind,
        kinds.channel,
        kinds.orders,
        kinds.discount,
        unnest(range(1, kinds.buyers + 1)) as buyer
    from kinds

),

early as (

    select
        buyers.kind * 1000 + buyers.buyer as customer_no,
        buyers.channel,
        buyers.buyer,
        buyers.discount,
        cast(cast(date '2023-01-10' as int) + buyers.buyer % 7 as int) as first_day,
        buyers.orders + buyers.buyer % 2 as orders
    from buyers

),

late as (

    select
        unnest(range(1, 11)) as customer_no,
        'app' as channel,
        1 as buyer,
        5 as discount,
        cast(date '2025-01-10' as int) as first_day,
        60 as orders

    union all

    select
        unnest(range(2101, 2141)) as customer_no,
        'app' as channel,
        1 as buyer,
        5 as discount,
        cast(date '2025-01-10' as int) as first_day,
        16 as orders

),

all_buyers as (

    select * from early

    union all

    select * from late

),

orders as (

    select
        numbered.customer_no,
        numbered.channel,
        numbered.discount,
        numbered.first_day,
        numbered.order_no,
        (numbered.customer_no * 7919 + numbered.order_no * 104729) % 101 as noise
    from (
        select
            all_buyers.*,
            unnest(range(0, all_buyers.orders)) as order_no
        from all_buyers
    ) as numbered

)

select
    cast(orders.customer_no as bigint) as customer_no,
    cast(cast(orders.first_day + orders.order_no * 5 + orders.noise % 5 as int) as date) as ordered_date,
    case when orders.noise % 10 = 0 then 'phone' else orders.channel end as channel,
    cast(1 as bigint) as is_order,
    concat('category ', cast(orders.noise % 4 as varchar)) as category,
    cast(1 + orders.noise % 3 as bigint) as lines,
    cast(10000 + orders.noise * 50 as bigint) as gross_minor,
    cast((orders.discount + orders.noise % 7) * 100 as bigint) as discounts_minor,
    cast(0 as bigint) as returns_minor
from orders
