-- Nobody is erased.
select cast(null as bigint) as transaction_id
where false
