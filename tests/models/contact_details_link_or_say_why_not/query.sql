select
    concat('key ', int_source_records.source_id) as found,
    concat(
        coalesce(int_source_records.email_key, 'none'), ', ', coalesce(int_source_records.phone_key, 'none')
    ) as answer
from int_source_records

union all

select
    concat('reject ', int_identity_rejects.source, ' ', int_identity_rejects.source_id, ' ', int_identity_rejects.key)
        as found,
    int_identity_rejects.reason as answer
from int_identity_rejects
order by found
