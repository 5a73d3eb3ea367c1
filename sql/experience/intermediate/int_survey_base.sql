-- Grain: one row per survey type and customer in its population.
-- The population that respondents are compared with: all customers for relationship surveys; for touchpoint surveys
-- those with a contact, or an answer, in the twelve months that end with the month of as_of.

with answered as (

    select
        int_cx_answers.survey_type,
        int_cx_answers.customer_no,
        count(*) as answers
    from int_cx_answers
    where
        int_cx_answers.customer_no is not null
        and int_cx_answers.month_no > 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1 - 12
    group by
        int_cx_answers.survey_type,
        int_cx_answers.customer_no

),

contacted as (

    select
        int_customer_months.customer_no,
        sum(int_customer_months.interactions) as contacts
    from int_customer_months
    where
        int_customer_months.customer_no > 0
        and int_customer_months.interactions > 0
        and 12 * date_part('year', int_customer_months.month) + date_part('month', int_customer_months.month) - 1
        > 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1 - 12
    group by int_customer_months.customer_no

),

tiers as (

    select
        int_customer_values.customer_no,
        int_customer_values.value_tier
    from int_customer_values
    where int_customer_values.is_current

),

survey_types as (

    select 'relationship' as survey_type

    union all

    select 'touchpoint' as survey_type

)

select
    survey_types.survey_type,
    int_customer_profiles.customer_no,
    int_customer_profiles.customer_key,
    coalesce(tiers.value_tier, 'none') as value_tier,
    case
        when int_customer_stages.stage = 'advocacy' then 'cultivation'
        else coalesce(int_customer_stages.stage, 'unknown')
    end as stage,
    answered.answers is not null as is_respondent
from int_customer_profiles
cross join survey_types
left join answered
    on
        int_customer_profiles.customer_no = answered.customer_no
        and survey_types.survey_type = answered.survey_type
left join contacted
    on int_customer_profiles.customer_no = contacted.customer_no
left join int_customer_stages
    on
        int_customer_profiles.customer_no = int_customer_stages.customer_no
        and int_customer_stages.is_present
left join tiers
    on int_customer_profiles.customer_no = tiers.customer_no
where
    survey_types.survey_type = 'relationship'
    or answered.answers is not null
    or contacted.contacts is not null
