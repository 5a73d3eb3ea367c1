-- Grain: one row per survey type, dimension and stratum with a customer.
-- Whether respondents resemble the population: the share of each stratum among the respondents of the last twelve
-- months, with interval, against its share of the customers the survey covers.

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

dimensions as (

    select column1 as dimension
    from (
        values
        ('lifecycle_stage'),
        ('value_tier'),
        ('value_segment'),
        ('age_band'),
        ('country'),
        ('loyalty_member'),
        ('primary_channel')
    )

),

strata as (

    select
        members.survey_type,
        dimensions.dimension,
        coalesce(
            case dimensions.dimension
                -- An answer of 9-10 makes an advocate: a stage caused by answering cannot be used to judge who answers.
                when 'lifecycle_stage'
                    then
                        case
                            when members.lifecycle_stage = 'advocacy' then 'cultivation' else members.lifecycle_stage
                        end
                when 'value_tier' then members.value_tier
                when 'value_segment' then members.value_segment
                when 'age_band' then members.age_band
                when 'country' then members.country
                when 'loyalty_member' then case when members.loyalty_member then 'member' else 'not a member' end
                else members.primary_channel
            end,
            'unknown'
        ) as stratum,
        members.customers,
        members.respondents
    from members
    cross join dimensions

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
