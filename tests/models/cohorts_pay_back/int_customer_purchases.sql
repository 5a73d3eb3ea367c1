-- Nobody, so that only the cohorts by sign-up have customers.
select
    cast(1 as bigint) as customer_no,
    cast(0 as bigint) as order_count,
    cast(null as date) as first_purchase_date
