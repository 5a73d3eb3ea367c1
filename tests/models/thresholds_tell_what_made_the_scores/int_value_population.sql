select cast(5 as bigint) as customers
