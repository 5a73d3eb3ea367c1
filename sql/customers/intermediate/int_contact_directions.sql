-- Grain: one row per channel, touchpoint and has_agent of the contacts whose extract does not give a direction.
-- Who made such contacts, by the lookup contact_directions, whose words are in lower case. A channel matches a row as
-- it is written, or with _ for spaces and hyphens: E-mail matches e_mail. Of several matching rows the most specific
-- applies (touchpoint before channel before agent). direction is null if no row matches.

with occurring as (

    select
        stg_crm_interactions.channel,
        stg_crm_interactions.touchpoint,
        coalesce(stg_crm_interactions.has_agent, stg_crm_interactions.is_two_way = 1) as has_agent,
        count(*) as contacts
    from stg_crm_interactions
    where stg_crm_interactions.direction is null
    group by
        stg_crm_interactions.channel,
        stg_crm_interactions.touchpoint,
        coalesce(stg_crm_interactions.has_agent, stg_crm_interactions.is_two_way = 1)

),

rules as (

    select
        contact_directions.channel,
        contact_directions.touchpoint,
        contact_directions.handled_by_agent,
        contact_directions.direction,
        case when contact_directions.touchpoint = 'any' then 0 else 4 end
        + case when contact_directions.channel = 'any' then 0 else 2 end
        + case when contact_directions.handled_by_agent = 'any' then 0 else 1 end as specificity
    from contact_directions

)

select
    occurring.channel,
    occurring.touchpoint,
    occurring.has_agent,
    occurring.contacts,
    first_value(
        rules.direction
        order by rules.specificity desc, rules.channel = lower(trim(occurring.channel)) desc
    ) as direction
from occurring
left join rules
    on
        (
            rules.channel = 'any'
            or rules.channel = lower(trim(occurring.channel))
            or rules.channel = regexp_replace(lower(trim(occurring.channel)), '[ _-]+', '_', 'g')
        )
        and (rules.touchpoint = 'any' or rules.touchpoint = lower(trim(occurring.touchpoint)))
        and (rules.handled_by_agent = 'any' or rules.handled_by_agent = cast(occurring.has_agent as varchar))
group by
    occurring.channel,
    occurring.touchpoint,
    occurring.has_agent,
    occurring.contacts
