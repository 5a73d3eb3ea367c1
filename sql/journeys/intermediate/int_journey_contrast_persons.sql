-- Grain: one row per journey ('all': all together), population and metric, as in int_journey_contrasts, and per journey
-- and metric of the population 'one touchpoint', which is all less 'several touchpoints'.
-- How many persons are behind each side, one channel (1) and several (2), at least: persons are counted in groups,
-- those who answered in 1,024, for what journeys turned out like in those of int_journey_groups.

with answers as (

    select
        int_journey_opinions.journey,
        int_journey_opinions.is_multichannel,
        int_journey_opinions.is_several,
        cast(int_journey_opinions.respondent_no % 1024 as varchar) as person_group,
        count(int_journey_opinions.csat) as csat,
        count(int_journey_opinions.ces) as ces,
        count(int_journey_opinions.nps) as nps
    from int_journey_opinions
    group by
        int_journey_opinions.journey,
        int_journey_opinions.is_multichannel,
        int_journey_opinions.is_several,
        int_journey_opinions.respondent_no % 1024

),

members as (

    select
        answers.journey,
        answers.is_multichannel,
        answers.is_several,
        'csat' as metric,
        answers.person_group
    from answers
    where answers.csat > 0

    union all

    select
        answers.journey,
        answers.is_multichannel,
        answers.is_several,
        'ces' as metric,
        answers.person_group
    from answers
    where answers.ces > 0

    union all

    select
        answers.journey,
        answers.is_multichannel,
        answers.is_several,
        'nps' as metric,
        answers.person_group
    from answers
    where answers.nps > 0

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'completion' as metric,
        int_journey_groups.person_group
    from int_journey_groups
    where int_journey_groups.completable > 0

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'conversion' as metric,
        int_journey_groups.person_group
    from int_journey_groups
    where int_journey_groups.mature > 0

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'repeat_contact' as metric,
        int_journey_groups.person_group
    from int_journey_groups
    where int_journey_groups.served > 0

    union all

    select
        int_journey_groups.journey,
        int_journey_groups.is_multichannel,
        int_journey_groups.is_several,
        'duration_hours' as metric,
        int_journey_groups.person_group
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

),

persons as (

    select
        coalesce(case when scopes.scope = 'own' then members.journey end, 'all') as journey,
        populations.population,
        members.metric,
        members.is_multichannel,
        members.person_group
    from members
    cross join populations
    cross join scopes
    where
        populations.population = 'all'
        or members.is_several = (populations.population = 'several touchpoints')
    group by
        coalesce(case when scopes.scope = 'own' then members.journey end, 'all'),
        populations.population,
        members.metric,
        members.is_multichannel,
        members.person_group

)

select
    persons.journey,
    persons.population,
    persons.metric,
    sum(case when not persons.is_multichannel then 1 else 0 end) as persons_1,
    sum(case when persons.is_multichannel then 1 else 0 end) as persons_2
from persons
group by
    persons.journey,
    persons.population,
    persons.metric
