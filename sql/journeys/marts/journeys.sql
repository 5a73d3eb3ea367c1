-- Grain: one row per journey that a customer went through.
-- What customers set out to do, across channels and departments: from where to where, along which path, how it ended,
-- what they said of it, and whether they bought afterwards. journey_id is made of customer, journey and start, so that
-- it is the same in later runs unless an earlier event turns up or the customer is found to be another person.
-- The many journeys are on the right of each join, as in int_journey_results.

with scores as (

    select
        int_journey_answers.customer_no,
        int_journey_answers.journey_number,
        count(int_journey_answers.nps) as nps_responses,
        sum(int_journey_answers.nps) as nps_sum,
        count(int_journey_answers.csat) as csat_responses,
        sum(int_journey_answers.csat) as csat_sum,
        count(int_journey_answers.ces) as ces_responses,
        sum(int_journey_answers.ces) as ces_sum
    from int_journey_answers
    group by
        int_journey_answers.customer_no,
        int_journey_answers.journey_number

)

select
    journey_id(
        int_persons.customer_key,
        int_journey_results.journey,
        int_journey_results.started_at,
        int_journey_results.first_event
    ) as journey_id,
    int_persons.customer_key,
    int_journey_results.journey,
    int_journey_results.started_at,
    local_date(int_journey_results.started_at, $time_zone) as started_date,
    int_journey_results.ended_at,
    local_date(int_journey_results.ended_at, $time_zone) as ended_date,
    int_journey_results.completed_at,
    local_date(int_journey_results.completed_at, $time_zone) as completed_date,
    case
        when int_journey_results.is_completed then 'completed'
        when int_journey_results.is_over then 'timed out'
        else 'open'
    end as status,
    int_journey_results.is_completed,
    cast(
        cast(
            (
                cast(int_journey_results.ended_at as bigint) - cast(int_journey_results.started_at as bigint) + 18000000
            ) / 36000000
            as decimal(20, 0)
        )
        * cast(0.01 as decimal(2, 2)) as decimal(12, 2)
    ) as duration_hours,
    coalesce(int_journey_results.touchpoints, 0) as touchpoint_count,
    int_journey_results.contacts as contact_count,
    int_journey_results.two_way as two_way_contacts,
    int_journey_results.automatic as automatic_contacts,
    greatest(int_journey_results.two_way - 1, 0) as repeat_contacts,
    case
        when int_journey_results.two_way > 1 then false
        when int_journey_results.two_way = 1 and int_journey_results.is_over then true
    end as is_first_contact_resolution,
    int_journey_results.channel_count,
    int_journey_results.channel_count > 1 as is_multichannel,
    int_journey_results.channels,
    int_journey_results.path,
    int_journey_results.steps as path_steps,
    case
        when int_journey_results.has_purchase or int_journey_results.is_mature then int_journey_results.has_purchase
    end as purchase_within_90d,
    case
        when int_journey_results.outcome is not null then int_journey_results.outcome
        when int_journey_results.is_outcome_final then 'none'
    end as outcome,
    int_journey_results.is_outcome_final,
    cast(cast(scores.nps_sum as decimal(12, 2)) / scores.nps_responses as decimal(5, 2)) as nps_score_mean,
    cast(cast(scores.csat_sum as decimal(12, 2)) / scores.csat_responses as decimal(5, 2)) as csat_score_mean,
    cast(cast(scores.ces_sum as decimal(12, 2)) / scores.ces_responses as decimal(5, 2)) as ces_score_mean,
    coalesce(scores.nps_responses, 0) as nps_responses,
    coalesce(scores.csat_responses, 0) as csat_responses,
    coalesce(scores.ces_responses, 0) as ces_responses,
    coalesce(int_journey_results.stage, 'unknown') as lifecycle_stage
-- The small tables come first: the engine holds the left side of a join in memory and streams the right one.
from scores
right join ( -- noqa: CV08
    int_persons
    right join int_journey_results -- noqa: CV08
        on int_persons.customer_no = int_journey_results.customer_no
)
    on
        scores.customer_no = int_journey_results.customer_no
        and scores.journey_number = int_journey_results.journey_number
