-- Returns the countries with persons whose postal code gives no region: the country is missing from the lookup
-- postal_regions, or the codes do not have its number of digits.

select
    int_customer_profiles.country,
    count(*) as customers
from int_customer_profiles
where
    int_customer_profiles.has_postal_code
    and int_customer_profiles.postal_area is null
group by int_customer_profiles.country
