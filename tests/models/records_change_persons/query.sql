select source_id, old_customer_key, new_customer_key, reason, changed_as_of
from customer_identity_changes
order by source_id, changed_as_of
