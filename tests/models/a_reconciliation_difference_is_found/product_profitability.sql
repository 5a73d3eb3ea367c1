select
    cast(900 as decimal(18, 2)) as net_revenue,
    cast(340 as decimal(18, 2)) as cost_of_goods
