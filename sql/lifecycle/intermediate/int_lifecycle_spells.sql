-- Grain: one row per person and spell in which a stage could apply.
-- The stage rules, one select each. Spells of a person overlap; at any instant the open spell with the highest
-- priority gives the stage (int_customer_stages):
--    1 awareness    known
--    2 discovery    one contact of the customer's own
--    3 attraction   two or more
--    4 interaction  a two-way one
--    5 use          bought, and seen using since: a contact of their own, a loyalty event or an answer
--    6 cultivation  bought, and loyalty member
--    7 cultivation  repeat order
--    8 advocacy     as cultivation, while the latest relationship answer is 9-10 and at most
--                   $promoter_days old
--    9 purchase     from the first order to the first sign of use or the second order
--   10 won_back     for $won_back_days from an order after being lapsed
--   11 at_risk      bought, and no activity for $at_risk_days, until the next activity
--   12 lapsed       bought, and no activity for $lapsed_days, until the next order
-- Activity is an order or a contact that the customer made; what the company sends is not. Each spell ends at the end
-- of as_of at the latest; spells that would begin later are dropped.

with cultivated as (

    select
        int_lifecycle_facts.customer_no,
        least(
            coalesce(int_lifecycle_facts.repeat_order_at, cast($as_of_end as bigint)),
            case
                when int_lifecycle_facts.loyalty_joined_at is not null
                    then greatest(int_lifecycle_facts.first_order_at, int_lifecycle_facts.loyalty_joined_at)
                else cast($as_of_end as bigint)
            end
        ) as begins_at
    from int_lifecycle_facts
    where int_lifecycle_facts.first_order_at is not null

),

spells as (

    select
        int_lifecycle_facts.customer_no,
        1 as priority,
        int_lifecycle_facts.known_at as begins_at,
        cast($as_of_end as bigint) as ends_at
    from int_lifecycle_facts
    where int_lifecycle_facts.known_at is not null

    union all

    select
        int_lifecycle_facts.customer_no,
        2 as priority,
        int_lifecycle_facts.first_contact_at as begins_at,
        cast($as_of_end as bigint) as ends_at
    from int_lifecycle_facts
    where int_lifecycle_facts.first_contact_at is not null

    union all

    select
        int_lifecycle_facts.customer_no,
        3 as priority,
        int_lifecycle_facts.second_contact_at as begins_at,
        cast($as_of_end as bigint) as ends_at
    from int_lifecycle_facts
    where int_lifecycle_facts.second_contact_at is not null

    union all

    select
        int_lifecycle_facts.customer_no,
        4 as priority,
        int_lifecycle_facts.two_way_contact_at as begins_at,
        cast($as_of_end as bigint) as ends_at
    from int_lifecycle_facts
    where int_lifecycle_facts.two_way_contact_at is not null

    union all

    select
        int_lifecycle_facts.customer_no,
        5 as priority,
        int_lifecycle_facts.first_use_at as begins_at,
        cast($as_of_end as bigint) as ends_at
    from int_lifecycle_facts
    where int_lifecycle_facts.first_use_at is not null

    union all

    select
        int_lifecycle_facts.customer_no,
        6 as priority,
        greatest(int_lifecycle_facts.first_order_at, int_lifecycle_facts.loyalty_joined_at) as begins_at,
        cast($as_of_end as bigint) as ends_at
    from int_lifecycle_facts
    where
        int_lifecycle_facts.first_order_at is not null
        and int_lifecycle_facts.loyalty_joined_at is not null

    union all

    select
        int_lifecycle_facts.customer_no,
        7 as priority,
        int_lifecycle_facts.repeat_order_at as begins_at,
        cast($as_of_end as bigint) as ends_at
    from int_lifecycle_facts
    where int_lifecycle_facts.repeat_order_at is not null

    union all

    select
        int_lifecycle_answers.customer_no,
        8 as priority,
        greatest(int_lifecycle_answers.at, cultivated.begins_at) as begins_at,
        least(
            coalesce(int_lifecycle_answers.next_at, cast($as_of_end as bigint)),
            int_lifecycle_answers.at + $promoter_days * 86400000000
        ) as ends_at
    from int_lifecycle_answers
    inner join cultivated
        on int_lifecycle_answers.customer_no = cultivated.customer_no
    where int_lifecycle_answers.nps_group = 'promoter'

    union all

    select
        int_lifecycle_facts.customer_no,
        9 as priority,
        int_lifecycle_facts.first_order_at as begins_at,
        -- least skips nulls.
        least(
            int_lifecycle_facts.first_use_at,
            int_lifecycle_facts.repeat_order_at,
            cast($as_of_end as bigint)
        ) as ends_at
    from int_lifecycle_facts
    where int_lifecycle_facts.first_order_at is not null

    union all

    select
        int_lifecycle_lapses.customer_no,
        10 as priority,
        int_lifecycle_lapses.won_back_at as begins_at,
        int_lifecycle_lapses.won_back_at + $won_back_days * 86400000000 as ends_at
    from int_lifecycle_lapses
    where int_lifecycle_lapses.won_back_at is not null

    union all

    select
        int_lifecycle_silences.customer_no,
        11 as priority,
        int_lifecycle_silences.silent_from + $at_risk_days * 86400000000 as begins_at,
        int_lifecycle_silences.silent_until as ends_at
    from int_lifecycle_silences

    union all

    select
        int_lifecycle_lapses.customer_no,
        12 as priority,
        int_lifecycle_lapses.lapsed_at as begins_at,
        coalesce(int_lifecycle_lapses.won_back_at, cast($as_of_end as bigint)) as ends_at
    from int_lifecycle_lapses

)

select
    spells.customer_no,
    spells.priority,
    spells.begins_at,
    least(spells.ends_at, cast($as_of_end as bigint)) as ends_at
from spells
where
    spells.begins_at < cast($as_of_end as bigint)
    and spells.begins_at < spells.ends_at
