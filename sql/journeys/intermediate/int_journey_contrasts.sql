-- Grain: one row per journey ('all': all together), population and metric.
-- Totals of one-channel (1) and multi-channel (2) journeys side by side: n and successes of shares, promoters and
-- detractors of NPS, sum and sum of squares of a mean.

with populations as (

    select column1 as population
    from (values ('all'), ('several touchpoints'))

),

scopes as (

    select column1 as scope
    from (values ('own'), ('together'))

),

metrics as (

    select column1 as metric
    from (values ('csat'), ('ces'), ('nps'), ('completion'), ('conversion'), ('repeat_contact'), ('duration_hours'))

),

cells as (

    select
        coalesce(case when scopes.scope = 'own' then int_journey_modes.journey end, 'all') as journey,
        populations.population,
        metrics.metric,
        int_journey_modes.is_multichannel,
        int_journey_modes.journeys,
        case metrics.metric
            when 'csat' then int_journey_modes.csat_responses
            when 'ces' then int_journey_modes.ces_responses
            when 'nps' then int_journey_modes.nps_responses
            when 'completion' then int_journey_modes.completable
            when 'conversion' then int_journey_modes.mature
            when 'repeat_contact' then int_journey_modes.served
            else int_journey_modes.closed
        end as n,
        case metrics.metric
            when 'csat' then int_journey_modes.satisfied
            when 'ces' then int_journey_modes.easy
            when 'nps' then int_journey_modes.promoters
            when 'completion' then int_journey_modes.completed
            when 'conversion' then int_journey_modes.purchases
            when 'repeat_contact' then int_journey_modes.repeated
            else int_journey_modes.tenths
        end as total,
        case metrics.metric
            when 'nps' then int_journey_modes.detractors
            when 'duration_hours' then int_journey_modes.tenths_squared
            else 0
        end as other_total
    from int_journey_modes
    cross join populations
    cross join scopes
    cross join metrics
    where
        populations.population = 'all'
        -- Several touchpoints in one channel where both sides speak are a repeat by themselves.
        or (int_journey_modes.is_several and metrics.metric <> 'repeat_contact')

)

select
    cells.journey,
    cells.population,
    cells.metric,
    sum(case when not cells.is_multichannel then cells.journeys else 0 end) as journeys_1,
    sum(case when cells.is_multichannel then cells.journeys else 0 end) as journeys_2,
    sum(case when not cells.is_multichannel then cells.n else 0 end) as n_1,
    sum(case when cells.is_multichannel then cells.n else 0 end) as n_2,
    sum(case when not cells.is_multichannel then cells.total else 0 end) as total_1,
    sum(case when cells.is_multichannel then cells.total else 0 end) as total_2,
    sum(case when not cells.is_multichannel then cells.other_total else 0 end) as other_total_1,
    sum(case when cells.is_multichannel then cells.other_total else 0 end) as other_total_2
from cells
group by
    cells.journey,
    cells.population,
    cells.metric
