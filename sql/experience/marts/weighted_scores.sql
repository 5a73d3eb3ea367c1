-- Grain: one row per survey type and metric with an answer in the last twelve months.
-- The scores with each stratum (value tier x lifecycle stage) weighted by its share of the customers instead of its
-- share of the answers, and the raw scores. Unequal weights lower the information per answer: the interval is that of
-- effective_responses = responses / design effect (Kish). Terms of a sum are decimals, so that any order gives the
-- same result.

with full_points as (

    select
        index_items.index,
        9 * sum(cast(index_items.weight * 100 as bigint)) as points
    from index_items
    group by index_items.index

),

terms as (

    select
        int_survey_strata.survey_type,
        int_survey_strata.metric,
        int_survey_strata.customers,
        int_survey_strata.responses,
        int_survey_strata.persons,
        cast(
            cast(int_survey_strata.customers as double) * cast(int_survey_strata.sum_1 as double)
            / cast(int_survey_strata.responses as double) as decimal(38, 9)
        ) as term_1,
        cast(
            cast(int_survey_strata.customers as double) * cast(int_survey_strata.sum_2 as double)
            / cast(int_survey_strata.responses as double) as decimal(38, 9)
        ) as term_2,
        cast(
            cast(int_survey_strata.customers as double) * cast(int_survey_strata.customers as double)
            / cast(int_survey_strata.responses as double) as decimal(38, 9)
        ) as spread
    from int_survey_strata

),

sums as (

    select
        terms.survey_type,
        terms.metric,
        count(*) as strata,
        sum(terms.responses) as responses,
        sum(terms.persons) as persons,
        cast(sum(terms.customers) as double) as customers,
        cast(sum(terms.term_1) as double) as sum_1,
        cast(sum(terms.term_2) as double) as sum_2,
        cast(sum(terms.spread) as double) as spread
    from terms
    group by
        terms.survey_type,
        terms.metric

),

weighted as (

    select
        sums.survey_type,
        sums.metric,
        sums.strata,
        sums.responses,
        sums.persons,
        sums.sum_1 / sums.customers as mean_1,
        sums.sum_2 / sums.customers as mean_2,
        sums.spread * cast(sums.responses as double) / (sums.customers * sums.customers) as design_effect,
        sums.customers * sums.customers / sums.spread as effective,
        cast(floor(sums.customers * sums.customers / sums.spread) as bigint) as whole
    from sums

),

intervals as (

    select
        weighted.survey_type,
        weighted.metric,
        weighted.strata,
        weighted.responses,
        weighted.persons,
        weighted.design_effect,
        weighted.effective,
        weighted.mean_1,
        weighted.mean_2,
        cast(full_points.points as double) as full_points,
        -- Adjusted Wald, as for nps.
        (weighted.mean_1 * weighted.effective + 0.75) / (weighted.effective + 3.0) as promoters,
        (weighted.mean_2 * weighted.effective + 0.75) / (weighted.effective + 3.0) as detractors,
        -- Wilson.
        1.959963984540054 * 1.959963984540054 / weighted.effective as share_pull,
        -- Student's t of the effective answers, rounded down: the interval of a mean with standard error 1.
        mean_interval(weighted.whole, 0, weighted.whole * (weighted.whole - 1))['ci_high']
        * sqrt(greatest(weighted.mean_2 - weighted.mean_1 * weighted.mean_1, 0.0) / (weighted.effective - 1.0))
            as mean_half_width
    from weighted
    left join full_points
        on weighted.metric = full_points.index

),

bounds as (

    select
        intervals.survey_type,
        intervals.metric,
        intervals.strata,
        intervals.responses,
        intervals.persons,
        intervals.design_effect,
        intervals.effective,
        case
            when intervals.metric = 'nps' then 100.0 * (intervals.mean_1 - intervals.mean_2)
            when intervals.metric in ('csat', 'ces') then intervals.mean_1
            else 100.0 * intervals.mean_1 / intervals.full_points
        end as value,
        case
            when intervals.metric = 'nps' then 100.0 * (intervals.promoters - intervals.detractors)
            when intervals.metric in ('csat', 'ces')
                then (intervals.mean_1 + intervals.share_pull / 2.0) / (1.0 + intervals.share_pull)
            else 100.0 * intervals.mean_1 / intervals.full_points
        end as middle,
        case
            when intervals.metric = 'nps'
                then
                    100.0 * 1.959963984540054
                    * sqrt(
                        (
                            intervals.promoters
                            + intervals.detractors
                            - (intervals.promoters - intervals.detractors)
                            * (intervals.promoters - intervals.detractors)
                        ) / (intervals.effective + 3.0)
                    )
            when intervals.metric in ('csat', 'ces')
                then
                    sqrt(
                        greatest(intervals.mean_1 * (1.0 - intervals.mean_1), 0.0) * intervals.share_pull
                        + intervals.share_pull * intervals.share_pull / 4.0
                    ) / (1.0 + intervals.share_pull)
            else 100.0 * intervals.mean_half_width / intervals.full_points
        end as half_width,
        case when intervals.metric = 'nps' then -100.0 else 0.0 end as least,
        case when intervals.metric in ('csat', 'ces') then 1.0 else 100.0 end as most
    from intervals

),

raw as (

    select
        case int_cx_figures.level when 'relationship' then 'relationship' else 'touchpoint' end as survey_type,
        int_cx_figures.metric,
        int_cx_figures.responses,
        int_cx_figures.value,
        int_cx_figures.ci_low,
        int_cx_figures.ci_high,
        int_cx_figures.is_suppressed
    from int_cx_figures
    where
        int_cx_figures.period = 'rolling_12_months'
        and int_cx_figures.month_no = 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
        and int_cx_figures.level in ('relationship', 'all_touchpoints')
        and int_cx_figures.segment = 'all'
        and int_cx_figures.metric not in ('response_rate', 'response_rate_rr2')

),

scores as (

    select
        raw.survey_type,
        raw.metric,
        raw.responses,
        raw.value as raw_value,
        raw.ci_low as raw_ci_low,
        raw.ci_high as raw_ci_high,
        coalesce(bounds.responses, 0) as weighted_responses,
        bounds.value,
        greatest(bounds.middle - bounds.half_width, bounds.least) as ci_low,
        least(bounds.middle + bounds.half_width, bounds.most) as ci_high,
        coalesce(bounds.strata, 0) as strata,
        bounds.design_effect,
        bounds.effective,
        raw.is_suppressed or coalesce(bounds.persons, 0) < $suppression_limit as is_suppressed
    from raw
    left join bounds
        on
            raw.survey_type = bounds.survey_type
            and raw.metric = bounds.metric

)

select
    scores.survey_type,
    scores.metric,
    cast(date_trunc('month', $as_of) as date) as month,
    cast(date_trunc('month', $as_of) + interval '1 month' as date) - $as_of <= 1 as is_complete_month,
    scores.responses,
    case when not scores.is_suppressed then scores.raw_value end as raw_value,
    case when not scores.is_suppressed then scores.raw_ci_low end as raw_ci_low,
    case when not scores.is_suppressed then scores.raw_ci_high end as raw_ci_high,
    scores.weighted_responses,
    case when not scores.is_suppressed then scores.value end as weighted_value,
    case when not scores.is_suppressed then scores.ci_low end as weighted_ci_low,
    case when not scores.is_suppressed then scores.ci_high end as weighted_ci_high,
    scores.strata,
    case when not scores.is_suppressed then scores.design_effect end as design_effect,
    case when not scores.is_suppressed then scores.effective end as effective_responses,
    scores.is_suppressed
from scores
