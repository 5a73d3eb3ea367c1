select cast('2025-01-01' as date) as anchor_date
