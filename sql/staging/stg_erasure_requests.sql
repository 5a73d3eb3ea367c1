-- Grain: one row per request of a person to be forgotten.
-- The extract of erasure requests. A request counts in every run from the day on which it is delivered, also in one as
-- of an earlier day: nothing about the person is published again.

select
    nullif(trim(erasure_requests.customer_id), '') as customer_id,
    erasure_requests.email,
    erasure_requests.phone,
    $phone_country as phone_country,
    erasure_requests.requested_at
from erasure_requests
