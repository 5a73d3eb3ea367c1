select cast(null as date) as occurred_date
