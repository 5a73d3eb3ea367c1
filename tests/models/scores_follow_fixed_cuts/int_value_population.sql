select cast(125 as bigint) as customers
