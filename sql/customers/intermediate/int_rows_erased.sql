-- Grain: one row per source with rows of erased persons.
-- How many loaded rows of a source belong to erased persons, for source_reconciliation: counted in what the extracts
-- deliver, and not in what is left.

select
    resolved_erasures.source,
    count(*) as rows_erased
from resolved_erasures
where
    resolved_erasures.source is not null
    -- Guest orders are among the lines below.
    and resolved_erasures.source <> 'transactions'
group by resolved_erasures.source

union all

select
    'crm_interactions' as source,
    count(*) as rows_erased
from int_erased_customers
inner join stg_crm_interactions
    on int_erased_customers.customer_id = stg_crm_interactions.customer_id

union all

select
    'loyalty_events' as source,
    count(*) as rows_erased
from int_erased_customers
inner join stg_loyalty_events
    on int_erased_customers.customer_id = stg_loyalty_events.customer_id

union all

select
    'transactions' as source,
    cast(coalesce(sum(int_line_totals.lines), 0) as bigint) as rows_erased
from int_line_totals
where int_line_totals.is_erased
