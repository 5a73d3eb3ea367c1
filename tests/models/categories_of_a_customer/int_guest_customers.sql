-- No guest orders.
select
    cast(null as bigint) as transaction_id,
    cast(null as bigint) as customer_no
where false
