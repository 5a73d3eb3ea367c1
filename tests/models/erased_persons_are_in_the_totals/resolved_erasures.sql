select
    t.source,
    t.source_id
from (values ('crm_customers', 'C1'), ('surveys', '7'), (null, 'C8')) as t (source, source_id)
