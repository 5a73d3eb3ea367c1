-- No rates: the fixed rates are used.
select
    'EUR' as currency,
    cast(null as date) as valid_from,
    cast(null as decimal(18, 6)) as rate
where false
