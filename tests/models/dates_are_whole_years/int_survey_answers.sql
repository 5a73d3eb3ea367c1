select cast(null as date) as month
