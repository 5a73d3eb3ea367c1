-- Returns why decisions of analysts about source records were not applied, with their number and the first record.

select
    identity_review.reason,
    count(*) as decisions,
    min(identity_review.source_id) as first_record
from identity_review
where identity_review.kind = 'override'
group by identity_review.reason
order by identity_review.reason
