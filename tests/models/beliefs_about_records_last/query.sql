select
    source_id,
    customer_key,
    matched_by,
    valid_from,
    valid_to,
    known_from,
    known_to,
    is_first
from customer_identities
order by source_id, known_from
