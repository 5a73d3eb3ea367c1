-- Grain: one row per journey that a customer went through.
-- What customers set out to do, across channels and departments: from where to where, along which path, how it ended,
-- what they said of it, and whether they bought afterwards. journey_id is made of customer, journey and start, so that
-- it is the same in later runs unless an earlier event turns up or the customer is found to be another person.
-- Every journey has a rule, a person, a path and a set of channels. The joins are left ones all the same: of an inner
-- join with a small table the planner expects few rows, and would hash the journeys at the joins that follow.

with scores as (

    select
        int_journey_answers.instance_no,
        count(int_journey_answers.nps) as nps_responses,
        sum(int_journey_answers.nps) as nps_sum,
        count(int_journey_answers.csat) as csat_responses,
        sum(int_journey_answers.csat) as csat_sum,
        count(int_journey_answers.ces) as ces_responses,
        sum(int_journey_answers.ces) as ces_sum
    from int_journey_answers
    group by int_journey_answers.instance_no

),

outcomes as (

    select
        int_outcome_rules.journey_no,
        int_outcome_rules.priority,
        int_outcome_rules.outcome
    from int_outcome_rules
    where int_outcome_rules.priority is not null

),

segments as (

    select
        int_customer_values.customer_no,
        int_customer_values.value_segment
    from int_customer_values
    where int_customer_values.is_current

)

select
    concat(
        int_persons.customer_key, ' ', int_journey_rules.journey, ' ',
        cast(arrow_cast(int_journey_results.started_at, 'Timestamp(Microsecond, Some("UTC"))') as varchar),
        case
            when int_journey_results.tied_event_id is not null
                then concat(' ', int_journey_results.tied_event_no, '-', int_journey_results.tied_event_id)
            else ''
        end
    ) as journey_id,
    int_persons.customer_key,
    int_journey_rules.journey,
    arrow_cast(int_journey_results.started_at, 'Timestamp(Microsecond, Some("UTC"))') as started_at,
    arrow_cast(int_journey_results.ended_at, 'Timestamp(Microsecond, Some("UTC"))') as ended_at,
    arrow_cast(int_journey_results.completed_at, 'Timestamp(Microsecond, Some("UTC"))') as completed_at,
    case
        when int_journey_results.is_completed then 'completed'
        when int_journey_results.is_closed then 'timed out'
        else 'open'
    end as status,
    int_journey_results.is_completed,
    cast(
        cast((int_journey_results.ended_at - int_journey_results.started_at + 18000000) / 36000000 as decimal(20, 0))
        * cast(0.01 as decimal(2, 2)) as decimal(12, 2)
    ) as duration_hours,
    int_journey_results.touchpoints as touchpoint_count,
    int_journey_results.contacts as contact_count,
    int_journey_results.two_way as two_way_contacts,
    int_journey_results.automatic as automatic_contacts,
    greatest(int_journey_results.two_way - 1, 0) as repeat_contacts,
    case
        when int_journey_results.two_way > 1 then false
        when int_journey_results.two_way = 1 and int_journey_results.is_closed then true
    end as is_first_contact_resolution,
    int_journey_results.channel_count,
    int_journey_results.channel_count > 1 as is_multichannel,
    int_channel_sets.channels,
    int_journey_paths.path,
    cast(int_journey_results.steps as bigint) as path_steps,
    case
        when int_journey_results.has_purchase or int_journey_results.is_mature then int_journey_results.has_purchase
    end as purchase_within_90d,
    case
        when outcomes.outcome is not null then outcomes.outcome
        when int_journey_results.is_outcome_final then 'none'
    end as outcome,
    int_journey_results.is_outcome_final,
    cast(cast(scores.nps_sum as decimal(12, 2)) / scores.nps_responses as decimal(5, 2)) as nps,
    cast(cast(scores.csat_sum as decimal(12, 2)) / scores.csat_responses as decimal(5, 2)) as csat,
    cast(cast(scores.ces_sum as decimal(12, 2)) / scores.ces_responses as decimal(5, 2)) as ces,
    coalesce(scores.nps_responses, 0) as nps_responses,
    coalesce(scores.csat_responses, 0) as csat_responses,
    coalesce(scores.ces_responses, 0) as ces_responses,
    coalesce(int_journey_results.stage, 'unknown') as lifecycle_stage,
    coalesce(segments.value_segment, 'no purchase') as value_segment
from int_journey_results
left join int_journey_rules
    on int_journey_results.journey_no = int_journey_rules.journey_no
left join int_persons
    on int_journey_results.customer_no = int_persons.customer_no
left join int_journey_paths
    on int_journey_results.path_no = int_journey_paths.path_no
left join int_channel_sets
    on int_journey_results.channel_set = int_channel_sets.channel_set
left join outcomes
    on
        int_journey_results.journey_no = outcomes.journey_no
        and int_journey_results.outcome_priority = outcomes.priority
left join scores
    on int_journey_results.instance_no = scores.instance_no
left join segments
    on int_journey_results.customer_no = segments.customer_no
