-- Grain: one row per person and lapse.
-- A silence of more than $lapsed_days makes a person lapsed until the next order, regardless of contacts before it;
-- that order wins the person back.

with long_silences as (

    select
        int_lifecycle_silences.customer_no,
        int_lifecycle_silences.silent_from,
        int_lifecycle_silences.silent_from + $lapsed_days * 86400000000 as lapsed_at
    from int_lifecycle_silences
    where
        int_lifecycle_silences.silent_until - int_lifecycle_silences.silent_from > $lapsed_days * 86400000000

),

returns_to_buying as (

    select
        long_silences.customer_no,
        long_silences.silent_from,
        min(cast(int_orders.ordered_at as bigint)) as won_back_at
    from int_orders
    inner join long_silences
        on int_orders.customer_no = long_silences.customer_no
    where
        int_orders.is_order = 1
        and cast(int_orders.ordered_at as bigint) > long_silences.lapsed_at
    group by
        long_silences.customer_no,
        long_silences.silent_from

)

select
    long_silences.customer_no,
    min(long_silences.lapsed_at) as lapsed_at,
    returns_to_buying.won_back_at
from long_silences
left join returns_to_buying
    on
        long_silences.customer_no = returns_to_buying.customer_no
        and long_silences.silent_from = returns_to_buying.silent_from
group by
    long_silences.customer_no,
    returns_to_buying.won_back_at
