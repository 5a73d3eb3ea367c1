-- Grain: one row per unit of the employee survey and month with an employee answer, a customer answer or a
-- transaction line.
-- Employee answers, customer answers and sales of a unit, as counts and sums. Customer answers are the touchpoint
-- answers about a contact in the store. Stores without an employee survey have no rows here, but their answers count
-- when one store could be derived from the sum of all: is_nps_hidden and is_csat_hidden mark the hidden cells. Of
-- customers, different persons count; employees answer without a name, so each of their answers is a person.

with employees as (

    select
        stg_employee_surveys.unit,
        local_month(stg_employee_surveys.responded_at, $time_zone) as month,
        count(*) as responses,
        count(stg_employee_surveys.engagement) as engagement_responses,
        coalesce(sum(stg_employee_surveys.engagement), 0) as engagement_sum,
        coalesce(sum(stg_employee_surveys.engagement * stg_employee_surveys.engagement), 0) as engagement_squares,
        count(stg_employee_surveys.enps) as enps_responses,
        nps(stg_employee_surveys.enps) as enps,
        nps_ci_low(stg_employee_surveys.enps) as enps_ci_low,
        nps_ci_high(stg_employee_surveys.enps) as enps_ci_high
    from stg_employee_surveys
    group by
        stg_employee_surveys.unit,
        local_month(stg_employee_surveys.responded_at, $time_zone)

),

about_stores as (

    select
        int_survey_contacts.store_id,
        int_survey_answers.month,
        int_survey_answers.respondent_no,
        int_survey_answers.nps,
        int_survey_answers.csat
    from int_survey_answers
    inner join int_survey_contacts
        on int_survey_answers.response_id = int_survey_contacts.response_id
    where int_survey_contacts.store_id is not null

),

store_answers as (

    select
        about_stores.store_id,
        about_stores.month,
        count(about_stores.nps) as nps_responses,
        count(distinct case when about_stores.nps is not null then about_stores.respondent_no end) as nps_persons,
        count(case when nps_group(about_stores.nps) = 'promoter' then 1 end) as promoters,
        count(case when nps_group(about_stores.nps) = 'detractor' then 1 end) as detractors,
        nps(about_stores.nps) as nps,
        nps_ci_low(about_stores.nps) as nps_ci_low,
        nps_ci_high(about_stores.nps) as nps_ci_high,
        count(about_stores.csat) as csat_responses,
        count(distinct case when about_stores.csat is not null then about_stores.respondent_no end) as csat_persons,
        count(case when about_stores.csat >= 4 then 1 end) as satisfied
    from about_stores
    group by
        about_stores.store_id,
        about_stores.month

),

hidden_persons as (

    -- Of the stores with too few persons in a month, all persons together.
    select
        about_stores.month,
        count(
            distinct case
                when about_stores.nps is not null and store_answers.nps_persons < $suppression_limit
                    then about_stores.respondent_no
            end
        ) as hidden_nps,
        count(
            distinct case
                when about_stores.csat is not null and store_answers.csat_persons < $suppression_limit
                    then about_stores.respondent_no
            end
        ) as hidden_csat
    from about_stores
    inner join store_answers
        on
            about_stores.store_id = store_answers.store_id
            and about_stores.month = store_answers.month
    group by about_stores.month

),

ranked as (

    -- Cells without an answer cannot be hidden.
    select
        store_answers.store_id,
        store_answers.month,
        store_answers.nps_responses,
        store_answers.nps_persons,
        store_answers.promoters,
        store_answers.detractors,
        store_answers.nps,
        store_answers.nps_ci_low,
        store_answers.nps_ci_high,
        store_answers.csat_responses,
        store_answers.csat_persons,
        store_answers.satisfied,
        store_answers.nps_persons > 0 and store_answers.nps_persons < $suppression_limit as is_nps_small,
        store_answers.csat_persons > 0 and store_answers.csat_persons < $suppression_limit as is_csat_small,
        hidden_persons.hidden_nps,
        hidden_persons.hidden_csat,
        row_number() over (
            partition by store_answers.month, store_answers.nps_persons < $suppression_limit
            order by store_answers.nps_persons, store_answers.store_id
        ) as nps_rank,
        row_number() over (
            partition by store_answers.month, store_answers.csat_persons < $suppression_limit
            order by store_answers.csat_persons, store_answers.store_id
        ) as csat_rank
    from store_answers
    inner join hidden_persons
        on store_answers.month = hidden_persons.month

),

customers as (

    select
        int_units.unit,
        ranked.month,
        ranked.nps_responses,
        ranked.promoters,
        ranked.detractors,
        ranked.nps,
        ranked.nps_ci_low,
        ranked.nps_ci_high,
        ranked.csat_responses,
        ranked.satisfied,
        ranked.is_nps_small
        or (
            ranked.nps_persons >= $suppression_limit
            and ranked.hidden_nps between 1 and $suppression_limit - 1
            and ranked.nps_rank = 1
        ) as is_nps_hidden,
        ranked.is_csat_small
        or (
            ranked.csat_persons >= $suppression_limit
            and ranked.hidden_csat between 1 and $suppression_limit - 1
            and ranked.csat_rank = 1
        ) as is_csat_hidden
    from ranked
    inner join int_units
        on ranked.store_id = int_units.unit

),

cells as (

    select
        employees.unit,
        employees.month
    from employees

    union

    select
        customers.unit,
        customers.month
    from customers

    union

    select
        int_unit_revenue.unit,
        int_unit_revenue.month
    from int_unit_revenue

)

select
    cells.unit,
    cells.month,
    coalesce(employees.responses, 0) as responses,
    coalesce(employees.engagement_responses, 0) as engagement_responses,
    coalesce(employees.engagement_sum, 0) as engagement_sum,
    coalesce(employees.engagement_squares, 0) as engagement_squares,
    coalesce(employees.enps_responses, 0) as enps_responses,
    employees.enps,
    employees.enps_ci_low,
    employees.enps_ci_high,
    coalesce(
        (employees.engagement_responses > 0 and employees.engagement_responses < $suppression_limit)
        or (employees.enps_responses > 0 and employees.enps_responses < $suppression_limit),
        false
    ) as is_suppressed,
    coalesce(customers.nps_responses, 0) as nps_responses,
    coalesce(customers.promoters, 0) as promoters,
    coalesce(customers.detractors, 0) as detractors,
    customers.nps,
    customers.nps_ci_low,
    customers.nps_ci_high,
    coalesce(customers.is_nps_hidden, false) as is_nps_hidden,
    coalesce(customers.csat_responses, 0) as csat_responses,
    coalesce(customers.satisfied, 0) as satisfied,
    coalesce(customers.is_csat_hidden, false) as is_csat_hidden,
    int_unit_revenue.net_minor
from cells
left join employees
    on
        cells.unit = employees.unit
        and cells.month = employees.month
left join customers
    on
        cells.unit = customers.unit
        and cells.month = customers.month
left join int_unit_revenue
    on
        cells.unit = int_unit_revenue.unit
        and cells.month = int_unit_revenue.month
