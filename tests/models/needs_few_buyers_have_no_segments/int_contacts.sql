-- No contacts: a constant feature must not distinguish buyers.
select
    cast(1 as bigint) as customer_no,
    cast('2024-05-01' as date) as occurred_date,
    cast(1 as bigint) as is_two_way,
    'customer' as direction
where false
