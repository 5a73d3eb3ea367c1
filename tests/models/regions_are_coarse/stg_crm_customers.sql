-- Five persons of SE-11 in several spellings, four of SE-41, and codes that are not those of their country: too short,
-- too long, without its leading zero, of a country without a row. c12 is not a profile record.
select
    t.customer_id,
    t.country,
    t.postal_code,
    cast(null as date) as birth_date,
    date '2024-01-01' as signup_date,
    cast(null as varchar) as acquisition_channel,
    0 as acquisition_cost_minor,
    false as marketing_consent,
    false as is_loyalty_member,
    cast(null as date) as loyalty_joined_date
from
    (
        values
        ('c01', 'SE', '11122'),
        ('c02', 'SE', '113 45'),
        ('c03', 'SE', ' SE-114 55 '),
        ('c04', 'SE', 's11000'),
        ('c05', 'SE', '11999'),
        ('c06', 'SE', '41101'),
        ('c07', 'SE', '41102'),
        ('c08', 'SE', '41103'),
        ('c09', 'SE', '41104'),
        ('c10', 'SE', '4110'),
        ('c11', 'SE', '411055'),
        ('c12', 'SE', '41105'),
        ('c13', 'NO', '134'),
        ('c14', 'DE', '10115'),
        ('c15', 'SE', ' '),
        ('c16', null, '11122'),
        ('c17', 'SE', null),
        ('c18', 'NO', '0134')
    ) as t (customer_id, country, postal_code)
