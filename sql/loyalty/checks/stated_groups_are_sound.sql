-- Returns the statements in the lookup stated_groups that are unknown, whose first group does not begin at the lowest
-- score of the scale, or whose groups begin at the same score or above the scale.

with scales as (

    select
        column1 as statement,
        column2 as least,
        column3 as most
    from (
        values
        ('nps', 0, 10),
        ('satisfaction_index', 0, 100),
        ('trust', 1, 10),
        ('emotion', 1, 10),
        ('csat', 1, 5),
        ('ces', 1, 7)
    )

),

statements as (

    select
        stated_groups.statement,
        min(stated_groups.from_score) as from_least,
        max(stated_groups.from_score) as from_most,
        count(*) as groups,
        count(distinct stated_groups.from_score) as beginnings
    from stated_groups
    group by stated_groups.statement

)

select
    statements.statement,
    statements.from_least,
    statements.from_most,
    statements.groups,
    statements.beginnings
from statements
left join scales
    on statements.statement = scales.statement
where
    scales.statement is null
    or coalesce(statements.from_least <> scales.least, true)
    or statements.from_most > scales.most
    or statements.beginnings < statements.groups
