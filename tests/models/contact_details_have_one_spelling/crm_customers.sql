select
    t.customer_id,
    t.email,
    t.phone,
    cast(null as varchar) as first_name,
    cast(null as varchar) as last_name,
    cast(null as date) as birth_date,
    cast(null as varchar) as postal_code,
    cast(null as varchar) as city,
    t.country,
    date '2025-01-01' as signup_date,
    cast(null as varchar) as acquisition_channel,
    cast(null as decimal(12, 2)) as acquisition_cost,
    cast(null as boolean) as marketing_consent,
    cast(null as boolean) as loyalty_member,
    cast(null as date) as loyalty_joined_at
from (
    values
    ('1', ' Liv@Example.SE', '070-174 06 18', 'SE'),
    ('2', 'saknas', '+46 (0)70 174 06 18', 'NO'),
    ('3', 'mailto:liv@example.se', '4.67017E+10', 'SE'),
    ('4', 'a@b', '40 12 34 56', 'NO'),
    ('5', null, '40 12 34 56', 'dk'),
    ('6', '', '0701740618', null),
    ('7', 'a@@b.se', '020 22 33 44', 'SE'),
    ('8', 'liv berg@example.se', '40 12 34 56', 'Atlantis')
) as t (customer_id, email, phone, country)
