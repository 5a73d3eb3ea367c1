select cast(6 as decimal(18, 2)) as unused_cost
