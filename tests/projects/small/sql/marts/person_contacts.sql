-- Grain: one row per person.

select
    member_identities.customer_key,
    stg_members.email_key as email
from member_identities
inner join stg_members on stg_members.member_id = member_identities.source_id
where member_identities.source_id = member_identities.first_source_id
