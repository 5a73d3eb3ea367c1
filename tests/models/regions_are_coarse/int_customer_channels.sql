select
    1 as customer_no,
    'web' as primary_channel,
    0 as interactions
