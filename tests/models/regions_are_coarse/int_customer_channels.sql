select
    1 as customer_no,
    'web' as primary_channel,
    0 as contacts_by_customer,
    0 as contacts_by_company,
    0 as interactions
