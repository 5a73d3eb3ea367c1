-- Five persons of SE-11 in several spellings, four of SE-41, and codes that are not those of their country: too short,
-- too long, without its leading zero, of a country without a row.
select
    t.customer_key,
    t.country,
    t.postal_code,
    cast(null as date) as birth_date,
    cast(null as varchar) as acquisition_channel
from
    (
        values
        ('k01', 'SE', '11122'),
        ('k02', 'SE', '113 45'),
        ('k03', 'SE', ' SE-114 55 '),
        ('k04', 'SE', 's11000'),
        ('k05', 'SE', '11999'),
        ('k06', 'SE', '41101'),
        ('k07', 'SE', '41102'),
        ('k08', 'SE', '41103'),
        ('k09', 'SE', '41104'),
        ('k10', 'SE', '4110'),
        ('k11', 'SE', '411055'),
        ('k13', 'NO', '134'),
        ('k14', 'DE', '10115'),
        ('k15', 'SE', null),
        ('k16', null, '11122'),
        ('k17', 'SE', null),
        ('k18', 'NO', '0134')
    ) as t (customer_key, country, postal_code)
