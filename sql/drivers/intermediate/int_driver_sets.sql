-- Grain: one row per driver set and driver.
-- The drivers that are analysed together: the journeys with trust and emotion, and the touchpoints of each journey.
-- driver_no is the place in the list for relative_importance, which takes 15 drivers. Of more, those with the most
-- answers are analysed (trust and emotion keep their two places); the others have no place (null).

with answered as (

    select
        int_driver_answers.journey,
        int_driver_answers.touchpoint,
        count(*) as answers
    from int_driver_answers
    where int_driver_answers.customer_no is not null
    group by
        int_driver_answers.journey,
        int_driver_answers.touchpoint

),

counted as (

    select
        'journey' as level,
        answered.journey as item,
        sum(answered.answers) as answers
    from answered
    group by answered.journey

    union all

    select
        'touchpoint' as level,
        answered.touchpoint as item,
        sum(answered.answers) as answers
    from answered
    group by answered.touchpoint

),

ranked as (

    select
        case int_driver_items.level
            when 'journey' then 'journeys'
            else concat('touchpoints of ', int_driver_items.journey)
        end as driver_set,
        int_driver_items.level as driver_type,
        int_driver_items.journey,
        int_driver_items.item as driver,
        cast(
            row_number() over (
                partition by
                    int_driver_items.level,
                    case when int_driver_items.level = 'touchpoint' then int_driver_items.journey end
                order by coalesce(counted.answers, 0) desc, int_driver_items.item
            ) as bigint
        ) as place,
        case int_driver_items.level when 'journey' then 13 else 15 end as places
    from int_driver_items
    left join counted
        on
            int_driver_items.level = counted.level
            and int_driver_items.item = counted.item

)

select
    ranked.driver_set,
    ranked.driver_type,
    case when ranked.driver_type = 'touchpoint' then ranked.journey end as journey,
    ranked.driver,
    case when ranked.place <= ranked.places then ranked.place end as driver_no
from ranked

union all

select
    'journeys' as driver_set,
    'attitude' as driver_type,
    cast(null as varchar) as journey,
    column1 as driver,
    column2 as driver_no
from (
    values
    ('trust', 14),
    ('emotion', 15)
)
