-- Grain: one row per unit of the employee survey and month with an employee answer, a customer answer or a
-- transaction line.
-- Employee answers, customer answers and sales of a unit, as counts and sums. Customer answers are the touchpoint
-- answers about a contact in the store. Stores without an employee survey have no rows here, but their answers count
-- when one store could be derived from the sum of all: is_nps_hidden and is_csat_hidden mark the hidden cells.

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

store_answers as (

    select
        int_survey_contacts.store_id,
        int_survey_answers.month,
        count(int_survey_answers.nps) as nps_responses,
        count(case when nps_group(int_survey_answers.nps) = 'promoter' then 1 end) as promoters,
        count(case when nps_group(int_survey_answers.nps) = 'detractor' then 1 end) as detractors,
        nps(int_survey_answers.nps) as nps,
        nps_ci_low(int_survey_answers.nps) as nps_ci_low,
        nps_ci_high(int_survey_answers.nps) as nps_ci_high,
        count(int_survey_answers.csat) as csat_responses,
        count(case when int_survey_answers.csat >= 4 then 1 end) as satisfied
    from int_survey_answers
    inner join int_survey_contacts
        on int_survey_answers.response_id = int_survey_contacts.response_id
    where int_survey_contacts.store_id is not null
    group by
        int_survey_contacts.store_id,
        int_survey_answers.month

),

ranked as (

    -- Cells without an answer cannot be hidden.
    select
        store_answers.store_id,
        store_answers.month,
        store_answers.nps_responses,
        store_answers.promoters,
        store_answers.detractors,
        store_answers.nps,
        store_answers.nps_ci_low,
        store_answers.nps_ci_high,
        store_answers.csat_responses,
        store_answers.satisfied,
        store_answers.nps_responses > 0 and store_answers.nps_responses < $suppression_limit as is_nps_small,
        store_answers.csat_responses > 0 and store_answers.csat_responses < $suppression_limit as is_csat_small,
        sum(
            case
                when store_answers.nps_responses > 0 and store_answers.nps_responses < $suppression_limit then 1
                else 0
            end
        ) over (partition by store_answers.month) as hidden_nps,
        sum(
            case when store_answers.nps_responses < $suppression_limit then store_answers.nps_responses else 0 end
        ) over (partition by store_answers.month) as hidden_nps_responses,
        sum(
            case
                when store_answers.csat_responses > 0 and store_answers.csat_responses < $suppression_limit then 1
                else 0
            end
        ) over (partition by store_answers.month) as hidden_csat,
        sum(
            case when store_answers.csat_responses < $suppression_limit then store_answers.csat_responses else 0 end
        ) over (partition by store_answers.month) as hidden_csat_responses,
        row_number() over (
            partition by store_answers.month, store_answers.nps_responses < $suppression_limit
            order by store_answers.nps_responses, store_answers.store_id
        ) as nps_rank,
        row_number() over (
            partition by store_answers.month, store_answers.csat_responses < $suppression_limit
            order by store_answers.csat_responses, store_answers.store_id
        ) as csat_rank
    from store_answers

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
            ranked.nps_responses >= $suppression_limit
            and ranked.hidden_nps > 0
            and (ranked.hidden_nps = 1 or ranked.hidden_nps_responses < $suppression_limit)
            and ranked.nps_rank = 1
        ) as is_nps_hidden,
        ranked.is_csat_small
        or (
            ranked.csat_responses >= $suppression_limit
            and ranked.hidden_csat > 0
            and (ranked.hidden_csat = 1 or ranked.hidden_csat_responses < $suppression_limit)
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
