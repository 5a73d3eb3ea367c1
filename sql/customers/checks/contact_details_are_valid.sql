-- Returns the kinds of e-mail addresses and phone numbers that link nobody because they are not valid, with their
-- number and the first record that has one.

select
    identity_rejects.source,
    identity_rejects.key,
    identity_rejects.reason,
    count(*) as records,
    min(identity_rejects.source_id) as first_record
from identity_rejects
group by identity_rejects.source, identity_rejects.key, identity_rejects.reason
order by identity_rejects.source, identity_rejects.key, identity_rejects.reason
