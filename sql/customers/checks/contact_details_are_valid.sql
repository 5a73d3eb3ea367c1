-- Returns the kinds of e-mail addresses and phone numbers that link nobody because they are not valid, with their
-- number and the first record that has one.

select
    int_identity_rejects.source,
    int_identity_rejects.key,
    int_identity_rejects.reason,
    count(*) as records,
    min(int_identity_rejects.source_id) as first_record
from int_identity_rejects
group by int_identity_rejects.source, int_identity_rejects.key, int_identity_rejects.reason
order by int_identity_rejects.source, int_identity_rejects.key, int_identity_rejects.reason
