-- Nobody is erased.
select cast(null as varchar) as customer_key
where false
