-- Returns the survey types with answers or invitations that are not counted exactly once, the dimensions of
-- survey_representativeness that cover other customers than the rest, and weighted scores that use other answers than
-- cx_metrics.

with answers as (

    select
        int_survey_answers.survey_type,
        count(*) as answers
    from int_survey_answers
    group by int_survey_answers.survey_type

),

invitations as (

    select
        stg_survey_invitations.survey_type,
        count(*) as invitations
    from stg_survey_invitations
    left join int_erased_customers
        on stg_survey_invitations.customer_id = int_erased_customers.customer_id
    where int_erased_customers.customer_id is null
    group by stg_survey_invitations.survey_type

),

counted as (

    select
        survey_dispositions.survey_type,
        sum(survey_dispositions.answers) as answers,
        sum(survey_dispositions.invitations) as invitations
    from survey_dispositions
    group by survey_dispositions.survey_type

),

dimensions as (

    select
        survey_representativeness.survey_type,
        survey_representativeness.dimension,
        sum(survey_representativeness.base_customers) as base_customers,
        sum(survey_representativeness.respondents) as respondents
    from survey_representativeness
    group by
        survey_representativeness.survey_type,
        survey_representativeness.dimension

),

bases as (

    select
        int_survey_base.survey_type,
        count(*) as base_customers,
        sum(case when int_survey_base.is_respondent then 1 else 0 end) as respondents
    from int_survey_base
    group by int_survey_base.survey_type

)

select
    answers.survey_type,
    'answers' as counted,
    answers.answers as expected,
    counted.answers as found
from answers
left join counted
    on answers.survey_type = counted.survey_type
where
    counted.answers is null
    or counted.answers <> answers.answers

union all

select
    invitations.survey_type,
    'invitations' as counted,
    invitations.invitations as expected,
    counted.invitations as found
from invitations
left join counted
    on invitations.survey_type = counted.survey_type
where
    counted.invitations is null
    or counted.invitations <> invitations.invitations

union all

select
    dimensions.survey_type,
    dimensions.dimension as counted,
    bases.base_customers as expected,
    dimensions.base_customers as found
from dimensions
inner join bases
    on dimensions.survey_type = bases.survey_type
where
    dimensions.base_customers <> bases.base_customers
    or dimensions.respondents <> bases.respondents

union all

select
    weighted_scores.survey_type,
    weighted_scores.metric as counted,
    cx_metrics.responses as expected,
    weighted_scores.responses as found
from weighted_scores
left join cx_metrics
    on
        weighted_scores.month = cx_metrics.month
        and cx_metrics.period = 'rolling_12_months'
        and case weighted_scores.survey_type when 'relationship' then 'relationship' else 'all_touchpoints' end
        = cx_metrics.level
        and cx_metrics.item = 'all'
        and cx_metrics.segment = 'all'
        and weighted_scores.metric = cx_metrics.metric
where
    cx_metrics.responses is null
    or cx_metrics.responses <> weighted_scores.responses
    or weighted_scores.weighted_responses > weighted_scores.responses
