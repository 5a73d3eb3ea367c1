-- Returns the outcomes of erasure requests that erased nobody, with what they give, how many there are, and the days of
-- the first and the last of them.

select
    resolved_erasure_requests.outcome,
    resolved_erasure_requests.given,
    count(*) as requests,
    min(resolved_erasure_requests.requested_on) as first_requested_on,
    max(resolved_erasure_requests.requested_on) as last_requested_on
from resolved_erasure_requests
where resolved_erasure_requests.outcome <> 'erased'
group by
    resolved_erasure_requests.outcome,
    resolved_erasure_requests.given
order by
    resolved_erasure_requests.outcome,
    resolved_erasure_requests.given
