-- Law 6: a person's stays follow one another without gap or overlap until as_of, and exactly one of them is open.
-- That is true if no stay is empty and the instants left equal the instants entered except the first (the key rules
-- out two stays that begin at one instant). Sum and exclusive-or of the instants, (a or b) less (a and b), compare
-- the two sets without sorting the stays again. Returns the persons who break this.

with persons as (

    select
        customer_stages.customer_key,
        count(*) as stays,
        count(*) - count(customer_stages.left_at) as open_stays,
        sum(case when customer_stages.left_at <= customer_stages.entered_at then 1 else 0 end) as empty_stays,
        cast(min(customer_stages.entered_at) as bigint) as first_entered,
        sum(cast(customer_stages.entered_at as bigint)) as entered_sum,
        coalesce(sum(cast(customer_stages.left_at as bigint)), 0) as left_sum,
        bit_xor(cast(customer_stages.entered_at as bigint)) as entered_xor,
        coalesce(bit_xor(cast(customer_stages.left_at as bigint)), 0) as left_xor
    from customer_stages
    group by customer_stages.customer_key

)

select
    customers.customer_key,
    persons.stays,
    persons.open_stays,
    persons.empty_stays,
    persons.first_entered,
    persons.entered_sum,
    persons.left_sum
from customers
left join persons
    on customers.customer_key = persons.customer_key
where
    persons.stays is null
    or persons.open_stays <> 1
    or persons.empty_stays > 0
    or persons.entered_sum - persons.left_sum <> persons.first_entered
    or (persons.entered_xor | persons.left_xor) - (persons.entered_xor & persons.left_xor) <> persons.first_entered
