-- Grain: one row per level, item and segment with an affected customer or an answer; each item has a row for all.
-- The parts of a priority: importance for $priority_target (of all respondents, because a segment has too few of its
-- own), performance, and the customers affected.

with cells as (

    select
        int_driver_items.level,
        int_driver_items.item,
        'all' as segment
    from int_driver_items

    union

    select
        int_priority_customers.level,
        int_priority_customers.item,
        int_priority_customers.segment
    from int_priority_customers

    union

    select
        int_priority_scores.level,
        int_priority_scores.item,
        int_priority_scores.segment
    from int_priority_scores

),

importances as (

    select
        int_driver_importances.driver_type,
        int_driver_importances.driver,
        int_driver_importances.importance,
        int_driver_importances.ci_low,
        int_driver_importances.ci_high,
        int_driver_importances.correlation,
        int_driver_importances.is_significant,
        int_driver_importances.status
    from int_driver_importances
    where int_driver_importances.target = $priority_target

)

select
    cells.level,
    cells.item,
    cells.segment,
    int_driver_items.journey,
    importances.importance,
    importances.ci_low as importance_ci_low,
    importances.ci_high as importance_ci_high,
    importances.is_significant,
    importances.correlation,
    importances.status,
    -- Better scores of a driver that go with less loyalty are not a reason to improve it.
    importances.correlation > 0 as is_worth_raising,
    coalesce(int_priority_scores.responses, 0) as responses,
    coalesce(int_priority_scores.persons, 0) as persons,
    int_priority_scores.score_e3,
    int_priority_scores.squares_e6,
    coalesce(int_priority_customers.customers, 0) as customers,
    coalesce(int_priority_customers.margin_minor, 0) as margin_minor
from cells
inner join int_driver_items
    on
        cells.level = int_driver_items.level
        and cells.item = int_driver_items.item
left join importances
    on
        cells.level = importances.driver_type
        and cells.item = importances.driver
left join int_priority_scores
    on
        cells.level = int_priority_scores.level
        and cells.item = int_priority_scores.item
        and cells.segment = int_priority_scores.segment
left join int_priority_customers
    on
        cells.level = int_priority_customers.level
        and cells.item = int_priority_customers.item
        and cells.segment = int_priority_customers.segment
