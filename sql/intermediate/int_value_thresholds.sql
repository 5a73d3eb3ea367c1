-- Grain: one row.
-- Where the tiers begin: the $tier_high_quantile and $tier_medium_quantile of the contribution profit of
-- the last 12 months over buyers who made one, and of the expected margin over buyers with any.

with ranked_values as (

    select
        int_value_inputs.contribution_12m_minor as amount_minor,
        row_number() over (order by int_value_inputs.contribution_12m_minor) as position,
        count(*) over () as customers
    from int_value_inputs
    where int_value_inputs.contribution_12m_minor > 0

),

ranked_potentials as (

    select
        int_customer_expectations.expected_margin_12m_minor as amount_minor,
        row_number() over (order by int_customer_expectations.expected_margin_12m_minor) as position,
        count(*) over () as customers
    from int_customer_expectations
    where int_customer_expectations.expected_margin_12m_minor > 0

),

value_thresholds as (

    select
        min(
            case
                when ranked_values.position >= cast($tier_high_quantile as double) * ranked_values.customers
                    then ranked_values.amount_minor
            end
        ) as high_from_minor,
        min(
            case
                when ranked_values.position >= cast($tier_medium_quantile as double) * ranked_values.customers
                    then ranked_values.amount_minor
            end
        ) as medium_from_minor
    from ranked_values

),

potential_thresholds as (

    select
        min(
            case
                when ranked_potentials.position >= cast($tier_high_quantile as double) * ranked_potentials.customers
                    then ranked_potentials.amount_minor
            end
        ) as high_from_minor,
        min(
            case
                when ranked_potentials.position >= cast($tier_medium_quantile as double) * ranked_potentials.customers
                    then ranked_potentials.amount_minor
            end
        ) as medium_from_minor
    from ranked_potentials

)

select
    value_thresholds.high_from_minor as value_high_from_minor,
    value_thresholds.medium_from_minor as value_medium_from_minor,
    potential_thresholds.high_from_minor as potential_high_from_minor,
    potential_thresholds.medium_from_minor as potential_medium_from_minor
from value_thresholds
cross join potential_thresholds
