-- Grain: one row per source, source_id and known_from.
-- What the last snapshot believed about source records, as of the day before this as_of: beliefs of this day or later
-- are dropped, and those that ended then have not ended. A repeated run of the same day, or a run of a past day,
-- therefore starts from the same state as the first run of that day. Snapshots that had no history yet give no rows.
-- Nothing is remembered of records of erased persons.

select
    earlier_identities.source,
    earlier_identities.source_id,
    earlier_identities.customer_key,
    earlier_identities.matched_by,
    earlier_identities.score,
    earlier_identities.valid_from,
    earlier_identities.valid_to,
    earlier_identities.known_from,
    case when earlier_identities.known_to < $as_of then earlier_identities.known_to end as known_to,
    earlier_identities.is_first
from earlier_identities
left join int_erased_records
    on
        earlier_identities.source = int_erased_records.source
        and earlier_identities.source_id = int_erased_records.source_id
where
    earlier_identities.known_from < $as_of
    and int_erased_records.source_id is null
