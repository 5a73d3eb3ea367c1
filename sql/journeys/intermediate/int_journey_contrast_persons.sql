-- Grain: one row per journey ('all': all together), population and metric, as in int_journey_contrasts, and per journey
-- and metric of the population 'one touchpoint', which is all less 'several touchpoints'.
-- How many persons are behind each side, one channel (1) and several (2): exact for answers; for what journeys turned
-- out like, the groups of persons of int_journey_groups.

with members as (

    select
        int_journey_opinions.journey,
        int_journey_opinions.is_multichannel,
        int_journey_opinions.is_several,
        'csat' as metric,
        cast(int_journey_opinions.respondent_no as varchar) as person
    from int_journey_opinions
    where int_journey_opinions.csat is not null

    union all

    select
        int_journey_opinions.journey,
        int_journey_opinions.is_multichannel,
        int_journey_opinions.is_several,
        'ces' as metric,
        cast(int_journey_opinions.respondent_no as varchar) as person
    from int_journey_opinions
    where int_journey_opinions.ces is not null

    union all

    select
        int_journey_opinions.journey,
        int_journey_opinions.is_multichannel,
        int_journey_opinions.is_several,
        'nps' as metric,
        cast(int_journey_opinions.respondent_no as varchar) as person
    from int_journey_opinions
    where int_journey_opinions.nps is not null

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'completion' as metric,
        int_journey_groups.person_group as person
    from int_journey_groups
    where int_journey_groups.completable > 0

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'conversion' as metric,
        int_journey_groups.person_group as person
    from int_journey_groups
    where int_journey_groups.mature > 0

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'repeat_contact' as metric,
        int_journey_groups.person_group as person
    from int_journey_groups
    where int_journey_groups.served > 0

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'duration_hours' as metric,
        int_journey_groups.person_group as person
    from int_journey_groups
    where int_journey_groups.closed > 0

),

populations as (

    select column1 as population
    from (values ('all'), ('several touchpoints'), ('one touchpoint'))

),

scopes as (

    select column1 as scope
    from (values ('own'), ('together'))

)

select
    coalesce(case when scopes.scope = 'own' then members.journey end, 'all') as journey,
    populations.population,
    members.metric,
    count(distinct case when not members.is_multichannel then members.person end) as persons_1,
    count(distinct case when members.is_multichannel then members.person end) as persons_2
from members
cross join populations
cross join scopes
where
    populations.population = 'all'
    or members.is_several = (populations.population = 'several touchpoints')
group by
    coalesce(case when scopes.scope = 'own' then members.journey end, 'all'),
    populations.population,
    members.metric
