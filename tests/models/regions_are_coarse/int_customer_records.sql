-- c11 and c12 are one person.
select
    t.customer_id,
    case t.customer_id when 'c12' then 11 else cast(substr(t.customer_id, 2) as bigint) end as customer_no
from
    (
        values
        ('c01'), ('c02'), ('c03'), ('c04'), ('c05'), ('c06'), ('c07'), ('c08'), ('c09'), ('c10'), ('c11'), ('c12'),
        ('c13'), ('c14'), ('c15'), ('c16'), ('c17'), ('c18')
    ) as t (customer_id)
