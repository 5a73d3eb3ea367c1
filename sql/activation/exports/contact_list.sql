-- Grain: one row per customer to be contacted for $trigger as of the snapshot.
-- The list that `lojal export` hands to the tool that carries out the action: treated customers with the addresses
-- their channels need, without the control group. It is computed from the published tables on request, so that
-- customer_contacts remains the only table with direct identifiers.

with treated as (

    select
        activations.trigger,
        activations.customer_key,
        activations.activated_on,
        activations.expires_at,
        activations.priority,
        activations.recommended_action,
        activations.reason,
        activations.allowed_channels
    from activations
    where
        activations.trigger = $trigger
        and activations.assignment = 'treatment'

),

addresses as (

    select
        treated.customer_key,
        bool_or(activation_channels.needs = 'email') as uses_email,
        bool_or(activation_channels.needs = 'phone') as uses_phone
    from treated
    inner join activation_channels
        on array_has(treated.allowed_channels, activation_channels.channel)
    group by treated.customer_key

)

select
    treated.trigger,
    treated.customer_key,
    treated.activated_on,
    treated.expires_at,
    treated.priority,
    treated.recommended_action,
    treated.reason,
    array_to_string(treated.allowed_channels, ',') as allowed_channels,
    customer_contacts.first_name,
    case when addresses.uses_email then customer_contacts.email end as email,
    case when addresses.uses_phone then customer_contacts.phone end as phone
from treated
inner join customer_contacts
    on treated.customer_key = customer_contacts.customer_key
left join addresses
    on treated.customer_key = addresses.customer_key
order by treated.customer_key
