-- Grain: one row per person.
-- The golden record: of each attribute of a person, the value that counts.

select
    resolved_golden_record.customer_key,
    resolved_golden_record.email,
    resolved_golden_record.phone,
    resolved_golden_record.first_name,
    resolved_golden_record.last_name,
    resolved_golden_record.birth_date,
    resolved_golden_record.postal_code,
    resolved_golden_record.country
from resolved_golden_record
