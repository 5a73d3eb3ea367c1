select date '2025-06-01' as signup_date
