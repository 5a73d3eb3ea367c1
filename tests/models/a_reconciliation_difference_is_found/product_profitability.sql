select
    cast(1100 as decimal(18, 2)) as gross_revenue,
    cast(50 as decimal(18, 2)) as discounts,
    cast(150 as decimal(18, 2)) as returns,
    cast(900 as decimal(18, 2)) as net_revenue,
    cast(340 as decimal(18, 2)) as cost_of_goods
