-- Grain: one row per person known by as_of. Restricted: the only table with direct identifiers.
-- Contact details from the golden record: of each attribute the value that the block `identity` of the pipeline takes,
-- from whichever record of the person has it. E-mail and phone are valid values in one spelling.

select
    resolved_golden_record.customer_key,
    resolved_golden_record.email,
    resolved_golden_record.phone,
    resolved_golden_record.first_name,
    resolved_golden_record.last_name,
    resolved_golden_record.birth_date,
    resolved_golden_record.postal_code,
    resolved_golden_record.city
from resolved_golden_record
