-- Grain: one row per person with an interaction.
-- Purpose: contacts by channel, minutes and cost of service.
select
    int_interactions.person_no,
    count(*) as contacts,
    sum(case when int_interactions.channel = 'web' then 1 else 0 end) as contacts_web,
    sum(case when int_interactions.channel = 'app' then 1 else 0 end) as contacts_app,
    sum(case when int_interactions.channel = 'email' then 1 else 0 end) as contacts_email,
    sum(case when int_interactions.channel = 'phone' then 1 else 0 end) as contacts_phone,
    sum(case when int_interactions.channel = 'chat' then 1 else 0 end) as contacts_chat,
    sum(case when int_interactions.channel = 'store' then 1 else 0 end) as contacts_store,
    sum(int_interactions.tenths_of_minutes) as tenths_of_minutes,
    sum(int_interactions.cost_ore) as cost_ore
from int_interactions
where int_interactions.person_no is not null
group by int_interactions.person_no
