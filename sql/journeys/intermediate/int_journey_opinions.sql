-- Grain: one row per touchpoint answer and journey that it is a score of.
-- The scores of int_journey_answers with what the journey was. Reads the mart, as int_journey_facts does.

with answered as (

    select
        journeys.journey_id,
        journeys.journey,
        journeys.path,
        journeys.lifecycle_stage,
        journeys.channel_count,
        journeys.touchpoint_count
    from journeys
    where journeys.nps_responses + journeys.csat_responses + journeys.ces_responses > 0

)

select
    answered.journey,
    int_path_ranks.path_rank,
    answered.lifecycle_stage as stage,
    answered.channel_count > 1 as is_multichannel,
    answered.touchpoint_count > 1 as is_several,
    int_journey_answers.respondent_no,
    int_journey_answers.nps,
    int_journey_answers.csat,
    int_journey_answers.ces
from answered
inner join int_journey_answers
    on answered.journey_id = int_journey_answers.journey_id
inner join int_path_ranks
    on
        answered.journey = int_path_ranks.journey
        and answered.path = int_path_ranks.path
