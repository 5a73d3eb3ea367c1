-- Grain: one row per survey type, dimension and stratum with a customer.
-- Whether those who answer are like those who do not: the share of each stratum among the respondents of
-- the last twelve months, with interval, beside its share of the customers whom the survey is about.

with members as (

    select
        int_survey_base.survey_type,
        customers.lifecycle_stage,
        customers.value_tier,
        customers.value_segment,
        customers.age_band,
        customers.country,
        customers.loyalty_member,
        customers.primary_channel,
        count(*) as customers,
        sum(case when int_survey_base.is_respondent then 1 else 0 end) as respondents
    from int_survey_base
    inner join customers
        on int_survey_base.customer_key = customers.customer_key
    group by
        int_survey_base.survey_type,
        customers.lifecycle_stage,
        customers.value_tier,
        customers.value_segment,
        customers.age_band,
        customers.country,
        customers.loyalty_member,
        customers.primary_channel

),

strata as (

    select
        members.survey_type,
        'lifecycle_stage' as dimension,
        case when members.lifecycle_stage = 'advocacy' then 'cultivation' else members.lifecycle_stage end as stratum,
        members.customers,
        members.respondents
    from members

    union all

    select
        members.survey_type,
        'value_tier' as dimension,
        members.value_tier as stratum,
        members.customers,
        members.respondents
    from members

    union all

    select
        members.survey_type,
        'value_segment' as dimension,
        members.value_segment as stratum,
        members.customers,
        members.respondents
    from members

    union all

    select
        members.survey_type,
        'age_band' as dimension,
        members.age_band as stratum,
        members.customers,
        members.respondents
    from members

    union all

    select
        members.survey_type,
        'country' as dimension,
        coalesce(members.country, 'unknown') as stratum,
        members.customers,
        members.respondents
    from members

    union all

    select
        members.survey_type,
        'loyalty_member' as dimension,
        case when members.loyalty_member then 'member' else 'not a member' end as stratum,
        members.customers,
        members.respondents
    from members

    union all

    select
        members.survey_type,
        'primary_channel' as dimension,
        coalesce(members.primary_channel, 'unknown') as stratum,
        members.customers,
        members.respondents
    from members

),

counts as (

    select
        strata.survey_type,
        strata.dimension,
        strata.stratum,
        sum(strata.customers) as base_customers,
        sum(strata.respondents) as respondents
    from strata
    group by
        strata.survey_type,
        strata.dimension,
        strata.stratum

),

totals as (

    select
        counts.survey_type,
        counts.dimension,
        sum(counts.base_customers) as base_customers,
        sum(counts.respondents) as respondents
    from counts
    group by
        counts.survey_type,
        counts.dimension

),

shares as (

    select
        counts.survey_type,
        counts.dimension,
        counts.stratum,
        counts.base_customers,
        cast(counts.base_customers as double) / cast(totals.base_customers as double) as base_share,
        counts.respondents,
        share_interval(counts.respondents, totals.respondents) as respondent_share
    from counts
    inner join totals
        on
            counts.survey_type = totals.survey_type
            and counts.dimension = totals.dimension

)

select
    shares.survey_type,
    shares.dimension,
    shares.stratum,
    shares.base_customers,
    shares.base_share,
    shares.respondents,
    shares.respondent_share['value'] as respondent_share,
    shares.respondent_share['ci_low'] as ci_low,
    shares.respondent_share['ci_high'] as ci_high,
    100.0 * shares.respondent_share['value'] / shares.base_share as representation_index,
    shares.base_share < shares.respondent_share['ci_low']
    or shares.base_share > shares.respondent_share['ci_high'] as is_significant
from shares
