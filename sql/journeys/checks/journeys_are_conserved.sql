-- Journeys hold each event once per journey that it is part of, and paths, stages and the comparison hold each journey
-- once. Returns the tables where the numbers differ.

with journeys_of_a_kind as (

    select
        journeys.journey,
        count(*) as journeys,
        sum(journeys.touchpoint_count) as touchpoints
    from journeys
    group by journeys.journey

),

totals as (

    select
        coalesce(sum(journeys_of_a_kind.journeys), 0) as journeys,
        coalesce(sum(journeys_of_a_kind.touchpoints), 0) as touchpoints
    from journeys_of_a_kind

),

members as (

    select coalesce(sum(touchpoints.journey_count), 0) as touchpoints
    from touchpoints

),

found as (

    select
        'journey_paths' as found_in,
        journey_paths.journey,
        sum(journey_paths.journeys) as journeys
    from journey_paths
    group by journey_paths.journey

    union all

    select
        'journey_stages' as found_in,
        journey_stages.journey,
        sum(journey_stages.journeys) as journeys
    from journey_stages
    where journey_stages.lifecycle_stage <> 'all'
    group by journey_stages.journey

    union all

    select
        'journey_stages: all' as found_in,
        journey_stages.journey,
        sum(journey_stages.journeys) as journeys
    from journey_stages
    where journey_stages.lifecycle_stage = 'all'
    group by journey_stages.journey

    union all

    select
        'journey_comparison' as found_in,
        journey_comparison.journey,
        sum(journey_comparison.one_channel_journeys + journey_comparison.multi_channel_journeys) as journeys
    from journey_comparison
    where
        journey_comparison.population = 'all'
        and journey_comparison.metric = 'duration_hours'
        and journey_comparison.journey <> 'all'
    group by journey_comparison.journey

)

select
    found.found_in,
    coalesce(found.journey, journeys_of_a_kind.journey) as journey,
    journeys_of_a_kind.journeys as expected,
    found.journeys as found
from found
full join journeys_of_a_kind
    on found.journey = journeys_of_a_kind.journey
where found.journeys is distinct from journeys_of_a_kind.journeys

union all

select
    'touchpoints' as found_in,
    'all' as journey,
    totals.touchpoints as expected,
    members.touchpoints as found
from totals
cross join members
where totals.touchpoints <> members.touchpoints
