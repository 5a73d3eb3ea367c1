select
    cast('C1' as varchar) as customer_id,
    cast(3000 as bigint) as acquisition_cost_minor
