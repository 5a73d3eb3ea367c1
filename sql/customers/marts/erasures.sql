-- Grain: one row per outcome of erasure requests.
-- Counts only: how many requests led to a person, and how many did not. identity_review lists those that may mean
-- several persons.

select
    resolved_erasure_requests.outcome,
    count(*) as requests,
    cast(sum(resolved_erasure_requests.records) as bigint) as records,
    min(resolved_erasure_requests.requested_on) as first_requested_on,
    max(resolved_erasure_requests.requested_on) as last_requested_on
from resolved_erasure_requests
group by resolved_erasure_requests.outcome
