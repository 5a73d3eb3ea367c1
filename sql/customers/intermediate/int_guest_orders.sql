-- Grain: one row per transaction_id of a guest order.
-- Transactions that name no record of the CRM and have an e-mail address or a phone number: records that attach to the
-- person whom these lead to (int_source_records). Lines that name different ones lead to nobody.

with guests as (

    select
        int_lines.transaction_id,
        int_lines.ordered_at,
        nullif(split_part(int_lines.guest, chr(31), 1), '') as email,
        nullif(split_part(int_lines.guest, chr(31), 2), '') as phone
    from int_lines
    left join stg_crm_customers
        on int_lines.customer_id = stg_crm_customers.customer_id
    where
        int_lines.guest is not null
        and stg_crm_customers.customer_id is null

),

spelled as (

    select
        guests.transaction_id,
        local_date(guests.ordered_at, $time_zone) as ordered_date,
        coalesce(email_address(guests.email), guests.email) as email,
        coalesce(phone_number(guests.phone, $phone_country), guests.phone) as phone
    from guests

)

select
    spelled.transaction_id,
    min(spelled.ordered_date) as ordered_date,
    case when min(spelled.email) = max(spelled.email) then min(spelled.email) end as email,
    case when min(spelled.phone) = max(spelled.phone) then min(spelled.phone) end as phone
from spelled
group by spelled.transaction_id
