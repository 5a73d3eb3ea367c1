-- Grain: one row per journey, touchpoint and month, keyed by these three.
-- Purpose: contacts, their cost and the touchpoint surveys' scores, whether matched to a person or not.
with contacts as (
    select
        int_interactions.journey,
        int_interactions.touchpoint,
        int_interactions.month,
        count(*) as contacts,
        sum(int_interactions.tenths_of_minutes) as tenths_of_minutes,
        sum(int_interactions.cost_ore) as cost_ore,
        0 as responses,
        0 as nps_n,
        0 as promoters,
        0 as detractors,
        0 as csat_n,
        0 as csat_sum,
        0 as ces_n,
        0 as ces_sum,
        0 as comments
    from int_interactions
    group by int_interactions.journey, int_interactions.touchpoint, int_interactions.month
),

responses as (
    select
        int_surveys.journey,
        int_surveys.touchpoint,
        int_surveys.month,
        0 as contacts,
        0 as tenths_of_minutes,
        0 as cost_ore,
        count(*) as responses,
        count(int_surveys.nps) as nps_n,
        sum(case when int_surveys.nps >= 9 then 1 else 0 end) as promoters,
        sum(case when int_surveys.nps <= 6 then 1 else 0 end) as detractors,
        count(int_surveys.csat) as csat_n,
        coalesce(sum(int_surveys.csat), 0) as csat_sum,
        count(int_surveys.ces) as ces_n,
        coalesce(sum(int_surveys.ces), 0) as ces_sum,
        sum(case when int_surveys.has_comment then 1 else 0 end) as comments
    from int_surveys
    where int_surveys.survey_type = 'touchpoint'
    group by int_surveys.journey, int_surveys.touchpoint, int_surveys.month
),

both_kinds as (
    select * from contacts
    union all
    select * from responses
),

touchpoints as (
    select
        both_kinds.journey,
        both_kinds.touchpoint,
        both_kinds.month,
        sum(both_kinds.contacts) as contacts,
        sum(both_kinds.tenths_of_minutes) as tenths_of_minutes,
        sum(both_kinds.cost_ore) as cost_ore,
        sum(both_kinds.responses) as responses,
        sum(both_kinds.nps_n) as nps_n,
        sum(both_kinds.promoters) as promoters,
        sum(both_kinds.detractors) as detractors,
        sum(both_kinds.csat_n) as csat_n,
        sum(both_kinds.csat_sum) as csat_sum,
        sum(both_kinds.ces_n) as ces_n,
        sum(both_kinds.ces_sum) as ces_sum,
        sum(both_kinds.comments) as comments
    from both_kinds
    group by both_kinds.journey, both_kinds.touchpoint, both_kinds.month
)

select
    touchpoints.journey,
    touchpoints.touchpoint,
    touchpoints.month,
    touchpoints.contacts,
    cast(
        cast(touchpoints.tenths_of_minutes as decimal(18, 0)) * cast(0.1 as decimal(2, 1)) as decimal(18, 1)
    ) as minutes,
    cast(
        cast(touchpoints.cost_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as service_cost,
    touchpoints.responses,
    touchpoints.nps_n,
    touchpoints.promoters,
    touchpoints.detractors,
    cast(100 * (touchpoints.promoters - touchpoints.detractors) as double)
    / nullif(touchpoints.nps_n, 0) as nps,
    touchpoints.csat_n,
    cast(touchpoints.csat_sum as double) / nullif(touchpoints.csat_n, 0) as csat_avg,
    touchpoints.ces_n,
    cast(touchpoints.ces_sum as double) / nullif(touchpoints.ces_n, 0) as ces_avg,
    touchpoints.comments
from touchpoints
