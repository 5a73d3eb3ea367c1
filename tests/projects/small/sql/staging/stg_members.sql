-- Grain: one row per member record.

select
    members.member_id,
    members.email,
    nullif(lower(trim(members.email)), '') as email_key,
    nullif(replace(members.phone, ' ', ''), '') as phone_key,
    members.joined_on
from members
