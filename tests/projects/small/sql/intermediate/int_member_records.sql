-- Grain: one row per member record, with the keys that tie records to one person.

select
    'members' as source,
    stg_members.member_id as source_id,
    stg_members.email_key,
    stg_members.phone_key
from stg_members
