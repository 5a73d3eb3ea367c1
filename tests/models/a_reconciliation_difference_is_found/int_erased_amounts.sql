-- Nobody is erased.
select
    cast(null as varchar) as line,
    cast(null as decimal(18, 2)) as amount
where false
