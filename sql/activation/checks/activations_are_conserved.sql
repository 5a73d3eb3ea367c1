-- Returns hits that are counted twice or not at all, activations without a hit, and persons activated twice on one
-- day.

with funnel as (

    select
        sum(activation_funnel.hits) as hits,
        sum(activation_funnel.in_force + activation_funnel.activated_treatment + activation_funnel.activated_control)
            as in_force,
        sum(activation_funnel.activated_treatment + activation_funnel.activated_control) as activated
    from activation_funnel

),

counted as (

    select
        (
            select count(*)
            from trigger_hits
            inner join int_persons
                on trigger_hits.customer_key = int_persons.customer_key
        ) as hits,
        (select count(*) from activations) as in_force,
        (
            select count(distinct activation_history.customer_key)
            from activation_history
            where activation_history.activated_on = $as_of
        ) as activated
)

select
    'hits' as what,
    coalesce(funnel.hits, 0) as in_funnel,
    counted.hits as counted
from funnel
cross join counted
where coalesce(funnel.hits, 0) <> counted.hits

union all

select
    'activations in force' as what,
    coalesce(funnel.in_force, 0) as in_funnel,
    counted.in_force as counted
from funnel
cross join counted
where coalesce(funnel.in_force, 0) <> counted.in_force

union all

select
    'customers activated today' as what,
    coalesce(funnel.activated, 0) as in_funnel,
    counted.activated as counted
from funnel
cross join counted
where coalesce(funnel.activated, 0) <> counted.activated
