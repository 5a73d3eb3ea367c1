-- Grain: one row per postal area in which a person lives.
-- The number of persons of each area, so that customers shows only areas with enough of them.

select
    int_customer_profiles.postal_area,
    count(*) as persons
from int_customer_profiles
where int_customer_profiles.postal_area is not null
group by int_customer_profiles.postal_area
