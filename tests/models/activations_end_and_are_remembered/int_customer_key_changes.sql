select 'd12' as old_customer_key, 'c12' as customer_key
