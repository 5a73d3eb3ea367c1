-- One record per person, but for c11 and c12.
select
    t.customer_id,
    date '2024-01-01' as signup_date,
    0 as acquisition_cost_minor,
    false as marketing_consent,
    false as is_loyalty_member,
    cast(null as date) as loyalty_joined_date
from
    (
        values
        ('c01'), ('c02'), ('c03'), ('c04'), ('c05'), ('c06'), ('c07'), ('c08'), ('c09'), ('c10'), ('c11'), ('c12'),
        ('c13'), ('c14'), ('c15'), ('c16'), ('c17'), ('c18')
    ) as t (customer_id)
