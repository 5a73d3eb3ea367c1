-- Grain: one row per source, keyed by source.
-- Purpose: rows and amounts read, and how much of them belongs to a person. Nothing may get lost.
with customer_totals as (
    select
        'crm_customers' as source,
        sum(int_customers.crm_records) as row_count,
        count(*) as matched_rows,
        sum(int_customers.acquisition_cost_ore) as amount_ore,
        sum(int_customers.acquisition_cost_ore) as matched_amount_ore
    from int_customers
),

transaction_totals as (
    select
        'transactions' as source,
        sum(int_person_months.lines) as row_count,
        sum(case when int_person_months.person_no is not null then int_person_months.lines else 0 end)
            as matched_rows,
        sum(int_person_months.net_ore) as amount_ore,
        sum(case when int_person_months.person_no is not null then int_person_months.net_ore else 0 end)
            as matched_amount_ore
    from int_person_months
),

interaction_totals as (
    select
        'crm_interactions' as source,
        count(*) as row_count,
        count(int_interactions.person_no) as matched_rows,
        sum(int_interactions.cost_ore) as amount_ore,
        sum(case when int_interactions.person_no is not null then int_interactions.cost_ore else 0 end)
            as matched_amount_ore
    from int_interactions
),

survey_totals as (
    select
        'surveys' as source,
        count(*) as row_count,
        count(int_surveys.person_no) as matched_rows,
        0 as amount_ore,
        0 as matched_amount_ore
    from int_surveys
),

totals as (
    select * from customer_totals
    union all
    select * from transaction_totals
    union all
    select * from interaction_totals
    union all
    select * from survey_totals
)

select
    totals.source,
    totals.row_count,
    totals.matched_rows,
    cast(
        cast(totals.amount_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as amount,
    cast(
        cast(totals.matched_amount_ore as decimal(18, 0)) * cast(0.01 as decimal(2, 2)) as decimal(18, 2)
    ) as matched_amount
from totals
