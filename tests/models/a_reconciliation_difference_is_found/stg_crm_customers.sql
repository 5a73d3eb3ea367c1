select cast(3000 as bigint) as acquisition_cost_minor
