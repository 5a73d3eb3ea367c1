-- There is an extract of programme events.
select
    cast(1 as bigint) as customer_no,
    'join' as kind
