-- Grain: one row per journey (and 'all'), population and metric.
-- Do journeys over several channels turn out worse than journeys in one? Each metric of both, and the difference with
-- its interval. A journey of one touchpoint always has one channel: the population 'several touchpoints'
-- leaves these out of the comparison.

with shown as (

    select
        int_journey_contrasts.journey,
        int_journey_contrasts.population,
        int_journey_contrasts.metric,
        int_journey_contrasts.journeys_1,
        int_journey_contrasts.journeys_2,
        int_journey_contrasts.n_1,
        int_journey_contrasts.n_2,
        int_journey_contrasts.total_1,
        int_journey_contrasts.total_2,
        int_journey_contrasts.other_total_1,
        int_journey_contrasts.other_total_2,
        int_journey_contrast_suppression.is_suppressed,
        int_journey_contrast_suppression.suppressed_because,
        -- Net scores with the adjusted Wald interval of the function nps: three answers more, 3/4 at each end.
        cast(int_journey_contrasts.n_1 as double) + 3.0 as adjusted_n_1,
        cast(int_journey_contrasts.n_2 as double) + 3.0 as adjusted_n_2,
        cast(int_journey_contrasts.total_1 - int_journey_contrasts.other_total_1 as double) as net_1,
        cast(int_journey_contrasts.total_2 - int_journey_contrasts.other_total_2 as double) as net_2,
        cast(int_journey_contrasts.total_1 + int_journey_contrasts.other_total_1 as double) + 1.5 as ends_1,
        cast(int_journey_contrasts.total_2 + int_journey_contrasts.other_total_2 as double) + 1.5 as ends_2
    from int_journey_contrasts
    inner join int_journey_contrast_suppression
        on
            int_journey_contrasts.journey = int_journey_contrast_suppression.journey
            and int_journey_contrasts.population = int_journey_contrast_suppression.population
            and int_journey_contrasts.metric = int_journey_contrast_suppression.metric

),

figured as (

    -- Multi-channel first, so that a positive difference is theirs. Durations are in tenths of an hour until the end.
    select
        shown.journey,
        shown.population,
        shown.metric,
        shown.journeys_1,
        shown.journeys_2,
        shown.n_1,
        shown.n_2,
        shown.is_suppressed,
        shown.suppressed_because,
        case shown.metric
            when 'nps' then null
            when 'duration_hours' then mean_interval(shown.n_1, shown.total_1, shown.other_total_1)
            else share_interval(shown.total_1, shown.n_1)
        end as one_channel,
        case shown.metric
            when 'nps' then null
            when 'duration_hours' then mean_interval(shown.n_2, shown.total_2, shown.other_total_2)
            else share_interval(shown.total_2, shown.n_2)
        end as multi_channel,
        case
            when shown.metric = 'nps' and shown.n_1 > 0 then 100.0 * shown.net_1 / cast(shown.n_1 as double)
        end as net_1,
        case
            when shown.metric = 'nps' and shown.n_2 > 0 then 100.0 * shown.net_2 / cast(shown.n_2 as double)
        end as net_2,
        100.0 * shown.net_1 / shown.adjusted_n_1 as middle_1,
        100.0 * shown.net_2 / shown.adjusted_n_2 as middle_2,
        -- Null for rows other than net scores. The root must not be of a negative number.
        sqrt(
            greatest(
                shown.ends_1 / shown.adjusted_n_1
                - shown.net_1 / shown.adjusted_n_1 * (shown.net_1 / shown.adjusted_n_1), 0.0
            ) / shown.adjusted_n_1
        ) * 195.9963984540054 as margin_1,
        sqrt(
            greatest(
                shown.ends_2 / shown.adjusted_n_2
                - shown.net_2 / shown.adjusted_n_2 * (shown.net_2 / shown.adjusted_n_2), 0.0
            ) / shown.adjusted_n_2
        ) * 195.9963984540054 as margin_2,
        case shown.metric
            when 'nps'
                then nps_difference(
                    shown.total_2, shown.other_total_2, shown.n_2, shown.total_1, shown.other_total_1, shown.n_1
                )
            when 'duration_hours'
                then mean_difference(
                    shown.n_2, shown.total_2, shown.other_total_2, shown.n_1, shown.total_1, shown.other_total_1
                )
            else share_difference(shown.total_2, shown.n_2, shown.total_1, shown.n_1)
        end as difference,
        case when shown.metric = 'duration_hours' then 0.1 else 1.0 end as unit
    from shown

)

select
    figured.journey,
    figured.population,
    figured.metric,
    figured.journeys_1 as one_channel_journeys,
    figured.journeys_2 as multi_channel_journeys,
    figured.n_1 as one_channel_n,
    figured.n_2 as multi_channel_n,
    case
        when not figured.is_suppressed then coalesce(figured.net_1, figured.one_channel['value'] * figured.unit)
    end as one_channel_value,
    case
        when not figured.is_suppressed and figured.net_1 is not null
            then greatest(figured.middle_1 - figured.margin_1, -100.0)
        when not figured.is_suppressed then figured.one_channel['ci_low'] * figured.unit
    end as one_channel_ci_low,
    case
        when not figured.is_suppressed and figured.net_1 is not null
            then least(figured.middle_1 + figured.margin_1, 100.0)
        when not figured.is_suppressed then figured.one_channel['ci_high'] * figured.unit
    end as one_channel_ci_high,
    case
        when not figured.is_suppressed then coalesce(figured.net_2, figured.multi_channel['value'] * figured.unit)
    end as multi_channel_value,
    case
        when not figured.is_suppressed and figured.net_2 is not null
            then greatest(figured.middle_2 - figured.margin_2, -100.0)
        when not figured.is_suppressed then figured.multi_channel['ci_low'] * figured.unit
    end as multi_channel_ci_low,
    case
        when not figured.is_suppressed and figured.net_2 is not null
            then least(figured.middle_2 + figured.margin_2, 100.0)
        when not figured.is_suppressed then figured.multi_channel['ci_high'] * figured.unit
    end as multi_channel_ci_high,
    case when not figured.is_suppressed then figured.difference['value'] * figured.unit end as difference,
    case when not figured.is_suppressed then figured.difference['ci_low'] * figured.unit end as ci_low,
    case when not figured.is_suppressed then figured.difference['ci_high'] * figured.unit end as ci_high,
    case
        when not figured.is_suppressed
            then figured.difference['ci_low'] > 0 or figured.difference['ci_high'] < 0
    end as is_significant,
    figured.is_suppressed,
    figured.suppressed_because,
    case figured.metric
        when 'nps' then 'promoters less detractors, -100 to 100; adjusted Wald'
        when 'csat' then 'share of 4-5; Wilson, difference: Newcombe'
        when 'ces' then 'share of 5-7; Wilson, difference: Newcombe'
        when 'duration_hours' then 'mean; Student t, difference: Welch'
        else 'share; Wilson, difference: Newcombe'
    end as method
from figured
