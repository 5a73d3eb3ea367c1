-- Grain: one row per level, item and segment of int_priority_items.
-- Importance x headroom x value of the customers affected, as money: the part of the expected margin tied to the
-- item's score that headroom leaves open. Null for hidden items and for items that could not be analysed.

with shown as (

    select
        int_priority_items.level,
        int_priority_items.item,
        int_priority_items.segment,
        int_priority_items.journey,
        int_priority_items.importance,
        int_priority_items.importance_ci_low,
        int_priority_items.importance_ci_high,
        int_priority_items.is_significant,
        int_priority_items.correlation,
        int_priority_items.is_worth_raising,
        int_priority_items.status,
        int_priority_items.customers,
        int_priority_items.margin_minor,
        int_priority_suppression.is_suppressed,
        int_priority_suppression.has_few_persons,
        case when not int_priority_suppression.is_suppressed then int_priority_items.responses end as responses,
        case
            when not int_priority_suppression.is_suppressed
                then
                    mean_interval(
                        int_priority_items.responses,
                        int_priority_items.score_e3,
                        int_priority_items.squares_e6,
                        0,
                        300
                    )
        end as performance_e3
    from int_priority_items
    inner join int_priority_suppression
        on
            int_priority_items.level = int_priority_suppression.level
            and int_priority_items.item = int_priority_suppression.item
            and int_priority_items.segment = int_priority_suppression.segment

),

measured as (

    select
        shown.level,
        shown.item,
        shown.segment,
        shown.journey,
        shown.importance,
        shown.importance_ci_low,
        shown.importance_ci_high,
        shown.is_significant,
        shown.correlation,
        shown.status,
        shown.customers,
        shown.margin_minor,
        shown.is_suppressed,
        shown.has_few_persons,
        shown.responses,
        shown.performance_e3['value'] / 3 as performance,
        shown.performance_e3['ci_low'] / 3 as performance_ci_low,
        shown.performance_e3['ci_high'] / 3 as performance_ci_high,
        100 - shown.performance_e3['value'] / 3 as headroom,
        case when shown.is_worth_raising then 1 else 0 end as direction
    from shown

),

exposed as (

    select
        measured.level,
        measured.item,
        measured.segment,
        measured.journey,
        measured.importance,
        measured.importance_ci_low,
        measured.importance_ci_high,
        measured.is_significant,
        measured.correlation,
        measured.status,
        measured.customers,
        measured.margin_minor,
        measured.is_suppressed,
        measured.has_few_persons,
        measured.responses,
        measured.performance,
        measured.performance_ci_low,
        measured.performance_ci_high,
        measured.headroom,
        measured.direction * measured.importance as effective_importance,
        -- What an importance of 1 would put at stake over the customers affected.
        measured.direction * cast(measured.margin_minor as double) * measured.headroom / 100 as exposed_minor
    from measured

)

select
    exposed.level,
    exposed.item,
    exposed.segment,
    exposed.journey,
    exposed.importance,
    exposed.is_significant,
    exposed.correlation,
    exposed.status,
    exposed.customers,
    exposed.margin_minor,
    exposed.is_suppressed,
    exposed.has_few_persons,
    exposed.responses,
    exposed.performance,
    exposed.performance_ci_low,
    exposed.performance_ci_high,
    exposed.headroom,
    exposed.effective_importance,
    exposed.exposed_minor,
    cast(round(exposed.exposed_minor * exposed.importance) as bigint) as stake_minor,
    cast(round(exposed.exposed_minor * exposed.importance_ci_low) as bigint) as stake_low_minor,
    cast(round(exposed.exposed_minor * exposed.importance_ci_high) as bigint) as stake_high_minor
from exposed
