-- Nobody is erased.
select
    cast(null as varchar) as source,
    cast(null as varchar) as source_id,
    cast(null as date) as requested_on
where false
