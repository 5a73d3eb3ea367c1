-- Returns the rows of the lookup identity_placeholders that take out nothing, because the value is not valid: a
-- telephone number without its country, a misspelt address. Placeholders that are known anyway do no harm.

with refused as (

    select
        identity_placeholders.key,
        identity_placeholders.value,
        case
            when identity_placeholders.key = 'phone'
                then phone_number_fault(identity_placeholders.value, identity_placeholders.country)
            when identity_placeholders.key = 'email' and not starts_with(identity_placeholders.value, '@')
                then email_address_fault(identity_placeholders.value)
        end as fault
    from identity_placeholders

)

select
    refused.key,
    refused.value,
    refused.fault
from refused
where refused.fault <> 'a placeholder'
