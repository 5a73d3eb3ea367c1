-- Returns the rows of the lookup postal_regions that keep no digit, or leave out fewer than two: the region of a
-- customer must not be a postal code.

select
    postal_regions.country,
    postal_regions.digits,
    postal_regions.digits_kept
from postal_regions
where
    postal_regions.digits_kept < 1
    or postal_regions.digits_kept > postal_regions.digits - 2
