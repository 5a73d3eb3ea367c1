-- Grain: one row per journey that somebody went through.
-- What the tables about journeys count, narrow. Reads the mart: the two or three columns that are needed of its many
-- are at hand there, and keeping the journeys a second time would cost more than reading them.

select
    journeys.journey,
    int_path_ranks.path_rank,
    right(journeys.customer_key, 2) as person_group,
    journeys.lifecycle_stage as stage,
    journeys.channel_count > 1 as is_multichannel,
    journeys.touchpoint_count > 1 as is_several,
    journeys.ended_at < int_journey_rules.over_before as is_over,
    journeys.is_completed,
    journeys.ended_at < $as_of_end - interval '90 days' as is_mature,
    journeys.purchase_within_90d as has_purchase,
    journeys.two_way_contacts as two_way,
    cast(journeys.ended_at as bigint) - cast(journeys.started_at as bigint) as duration_us
from journeys
left join int_journey_rules
    on journeys.journey = int_journey_rules.journey
left join int_path_ranks
    on
        journeys.journey = int_path_ranks.journey
        and journeys.path = int_path_ranks.path
