-- Returns the vars whose value is outside its range, or no number where one belongs.

with ranged as (

    select
        column1 as var,
        column2 as value,
        try_cast(column2 as double) as number,
        cast(column3 as double) as least,
        cast(column4 as double) as most,
        column5 as expected
    from (
        values
        ('exchange_rate_sek', cast($exchange_rate_sek as varchar), 0.000001, 1000000, 'from 0.000001 to 1000000'),
        ('exchange_rate_nok', cast($exchange_rate_nok as varchar), 0.000001, 1000000, 'from 0.000001 to 1000000'),
        ('exchange_rate_dkk', cast($exchange_rate_dkk as varchar), 0.000001, 1000000, 'from 0.000001 to 1000000'),
        ('exchange_rate_eur', cast($exchange_rate_eur as varchar), 0.000001, 1000000, 'from 0.000001 to 1000000'),
        ('service_minute_cost_phone', cast($service_minute_cost_phone as varchar), 0, null, '0 or more'),
        ('service_minute_cost_chat', cast($service_minute_cost_chat as varchar), 0, null, '0 or more'),
        ('service_minute_cost_email', cast($service_minute_cost_email as varchar), 0, null, '0 or more'),
        ('service_minute_cost_store', cast($service_minute_cost_store as varchar), 0, null, '0 or more'),
        ('service_minute_cost_web', cast($service_minute_cost_web as varchar), 0, null, '0 or more'),
        ('service_minute_cost_app', cast($service_minute_cost_app as varchar), 0, null, '0 or more'),
        ('service_minute_cost_returns_handling', cast($service_minute_cost_returns_handling as varchar), 0, null, '0 or more'),
        ('loyalty_point_cost', cast($loyalty_point_cost as varchar), 0, null, '0 or more'),
        ('purchase_window_days', cast($purchase_window_days as varchar), 0, null, '0 or more'),
        ('at_risk_days', cast($at_risk_days as varchar), 0, null, '0 or more'),
        ('lapsed_days', cast($lapsed_days as varchar), 0, null, '0 or more'),
        ('won_back_days', cast($won_back_days as varchar), 0, null, '0 or more'),
        ('promoter_days', cast($promoter_days as varchar), 0, null, '0 or more'),
        ('comparison_days', cast($comparison_days as varchar), 1, null, '1 or more'),
        ('holdout_least_customers', cast($holdout_least_customers as varchar), 1, null, '1 or more'),
        ('clv_horizon_days', cast($clv_horizon_days as varchar), 1, 7300, 'from 1 to 7300'),
        ('clv_period_days', cast($clv_period_days as varchar), 1, null, '1 or more'),
        ('discount_rate', cast($discount_rate as varchar), 0, 9.999999, 'from 0 to below 10'),
        ('default_interval_days', cast($default_interval_days as varchar), 1, null, '1 or more'),
        ('alive_patience', cast($alive_patience as varchar), 0.000001, null, 'above 0'),
        ('margin_prior_orders', cast($margin_prior_orders as varchar), 0, null, '0 or more'),
        ('needs_min_customers', cast($needs_min_customers as varchar), 1, null, '1 or more'),
        ('needs_prior_orders', cast($needs_prior_orders as varchar), 0.000001, null, 'above 0'),
        ('needs_segments_min', cast($needs_segments_min as varchar), 2, null, '2 or more'),
        ('needs_segments_max', cast($needs_segments_max as varchar), 2, 64, 'from needs_segments_min to 64'),
        ('needs_seed', cast($needs_seed as varchar), 0, null, '0 or more'),
        ('suppression_limit', cast($suppression_limit as varchar), 1, null, '1 or more'),
        ('survey_contact_days', cast($survey_contact_days as varchar), 0, null, '0 or more'),
        ('outcome_window_days', cast($outcome_window_days as varchar), 1, 36500, 'from 1 to 36500'),
        ('loyalty_active_months', cast($loyalty_active_months as varchar), 1, 1200, 'from 1 to 1200'),
        ('loyalty_breakage_months', cast($loyalty_breakage_months as varchar), 1, 1200, 'from 1 to 1200'),
        ('driver_window_days', cast($driver_window_days as varchar), 1, null, '1 or more'),
        ('driver_replicates', cast($driver_replicates as varchar), 100, 10000, 'from 100 to 10000'),
        ('driver_seed', cast($driver_seed as varchar), 0, null, '0 or more'),
        ('invitation_days', cast($invitation_days as varchar), 1, 3650, 'from 1 to 3650'),
        ('stratum_least_answers', cast($stratum_least_answers as varchar), 5, null, '5 or more'),
        ('journey_paths_shown', cast($journey_paths_shown as varchar), 1, 1000, 'from 1 to 1000'),
        ('activation_seed', cast($activation_seed as varchar), 0, null, '0 or more'),
        ('activation_pause_days', cast($activation_pause_days as varchar), 0, 3660, 'from 0 to 3660'),
        ('activation_retention_days', cast($activation_retention_days as varchar), 1, 36500, 'from 1 to 36500')
    )

)

select
    ranged.var,
    ranged.value,
    ranged.expected
from ranged
where
    ranged.number is null
    or ranged.number < ranged.least
    or ranged.number > ranged.most
    or (ranged.var = 'needs_segments_max' and ranged.number < try_cast($needs_segments_min as double))

union all

select
    'purchase_model' as var,
    cast($purchase_model as varchar) as value,
    'mbg_nbd, bg_nbd or pareto_nbd' as expected
where cast($purchase_model as varchar) not in ('mbg_nbd', 'bg_nbd', 'pareto_nbd')

union all

select
    'priority_target' as var,
    cast($priority_target as varchar) as value,
    'nps, satisfaction_index, retention_12m or margin_growth_12m' as expected
where
    cast($priority_target as varchar)
    not in ('nps', 'satisfaction_index', 'retention_12m', 'margin_growth_12m')
