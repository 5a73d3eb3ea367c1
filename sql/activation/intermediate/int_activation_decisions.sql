-- Grain: one row per hit.
-- The decision about each hit: why it is not activated, or that it is, in treatment or control. Of several candidate
-- hits of a person the one with the lowest priority number is activated, then the first by name. A hash of seed,
-- trigger and customer_key decides on control: its first six hexadecimal digits, a number from 0 to 16^6 - 1, are
-- compared with the trigger's share. The assignment is deterministic and depends on nothing else.

with ranked as (

    select
        int_activation_candidates.trigger,
        int_activation_candidates.customer_key,
        row_number() over (
            partition by int_activation_candidates.customer_no
            order by int_activation_candidates.priority, int_activation_candidates.trigger
        ) as rank,
        md5(
            concat(
                cast($activation_seed as varchar),
                ':',
                int_activation_candidates.trigger,
                ':',
                int_activation_candidates.customer_key
            )
        ) as hash,
        int_activation_candidates.control_per_million
    from int_activation_candidates
    where int_activation_candidates.blocked_by is null

),

numbered as (

    select
        ranked.trigger,
        ranked.customer_key,
        ranked.rank,
        ranked.control_per_million,
        (strpos('0123456789abcdef', substr(ranked.hash, 1, 1)) - 1) * 1048576
        + (strpos('0123456789abcdef', substr(ranked.hash, 2, 1)) - 1) * 65536
        + (strpos('0123456789abcdef', substr(ranked.hash, 3, 1)) - 1) * 4096
        + (strpos('0123456789abcdef', substr(ranked.hash, 4, 1)) - 1) * 256
        + (strpos('0123456789abcdef', substr(ranked.hash, 5, 1)) - 1) * 16
        + (strpos('0123456789abcdef', substr(ranked.hash, 6, 1)) - 1) as number
    from ranked

)

select
    int_activation_candidates.trigger,
    int_activation_candidates.customer_key,
    int_activation_candidates.customer_no,
    int_activation_candidates.triggered_at,
    int_activation_candidates.reason,
    int_activation_candidates.value_segment,
    int_activation_candidates.recommended_action,
    int_activation_candidates.purpose,
    int_activation_candidates.priority,
    int_activation_candidates.allowed_channels,
    int_activation_candidates.expires_days,
    case
        when int_activation_candidates.blocked_by is not null then int_activation_candidates.blocked_by
        when numbered.rank > 1 then 'lower priority'
        when cast(numbered.number as bigint) * 1000000 < numbered.control_per_million * 16777216 then 'control'
        else 'treatment'
    end as decision
from int_activation_candidates
left join numbered
    on
        int_activation_candidates.trigger = numbered.trigger
        and int_activation_candidates.customer_key = numbered.customer_key
