-- Grain: one row per trigger and customer to be treated. Restricted: holds direct identifiers.
-- The lists to work through: the activations in force without the control groups, each with the addresses that its
-- allowed channels need and no other. `lojal export TRIGGER` writes one of them.

select
    activations.trigger,
    activations.customer_key,
    activations.activated_on,
    activations.expires_at,
    activations.priority,
    activations.recommended_action,
    activations.reason,
    activations.allowed_channels,
    customer_contacts.first_name,
    case when int_activation_channels.uses_email then customer_contacts.email end as email,
    case when int_activation_channels.uses_phone then customer_contacts.phone end as phone
from activations
inner join int_persons
    on activations.customer_key = int_persons.customer_key
inner join int_activation_channels
    on
        activations.trigger = int_activation_channels.trigger
        and int_persons.customer_no = int_activation_channels.customer_no
inner join customer_contacts
    on activations.customer_key = customer_contacts.customer_key
where activations.assignment = 'treatment'
