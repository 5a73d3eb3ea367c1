select
    t.response_id,
    t.email,
    email_address(t.email) as email_key
from (values (1, 'liv@example.se'), (2, 'vill inte svara'), (3, null)) as t (response_id, email)
