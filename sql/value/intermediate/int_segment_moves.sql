-- Grain: one row per person.
-- Value segment at the earlier valuation and at as_of, and whether there was a purchase since. Persons who had signed
-- up by the earlier day without buying were in 'no purchase'; later ones are 'new'.

with earlier as (

    select
        int_customer_values.customer_no,
        int_customer_values.value_segment
    from int_customer_values
    where not int_customer_values.is_current

),

present as (

    select
        int_customer_values.customer_no,
        int_customer_values.value_segment
    from int_customer_values
    where int_customer_values.is_current

),

earlier_date as (

    select int_valuation_dates.valuation_date
    from int_valuation_dates
    where not int_valuation_dates.is_current

)

select
    int_customer_profiles.customer_no,
    case
        when earlier.value_segment is not null then earlier.value_segment
        when int_customer_profiles.signup_date <= earlier_date.valuation_date then 'no purchase'
        else 'new'
    end as from_segment,
    coalesce(present.value_segment, 'no purchase') as to_segment,
    coalesce(int_customer_purchases.purchase_days, 0) > coalesce(int_customer_purchases.earlier_purchase_days, 0)
        as has_bought_since
from int_customer_profiles
cross join earlier_date
left join earlier
    on int_customer_profiles.customer_no = earlier.customer_no
left join present
    on int_customer_profiles.customer_no = present.customer_no
left join int_customer_purchases
    on int_customer_profiles.customer_no = int_customer_purchases.customer_no
