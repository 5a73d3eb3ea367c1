select date '2024-12-30' as ordered_date
