-- Grain: one row per metric, step and basis with at least one person.
-- Revenue before and after the answer, with the sums of squares and products that the interval of a ratio needs,
-- exact in decimals of minor units. Basis all: everyone who had bought by the answer; established: those whose first
-- order precedes the whole window, so that their revenue before is complete. scale_score puts the scores of all
-- metrics on a scale of 0 to 10.

with answers as (

    select
        int_stated_answers.statement as metric,
        int_stated_answers.score,
        int_stated_outcomes.is_established,
        cast(int_stated_outcomes.before_minor as decimal(18, 0)) as before_minor,
        cast(int_stated_outcomes.after_minor as decimal(18, 0)) as after_minor
    from int_stated_answers
    inner join int_stated_outcomes
        on int_stated_answers.response_id = int_stated_outcomes.response_id
    where int_stated_outcomes.is_buyer

),

bases as (

    select
        'all' as basis,
        answers.metric,
        answers.score,
        answers.before_minor,
        answers.after_minor
    from answers

    union all

    select
        'established' as basis,
        answers.metric,
        answers.score,
        answers.before_minor,
        answers.after_minor
    from answers
    where answers.is_established

)

select
    bases.metric,
    bases.score,
    bases.basis,
    case bases.metric
        when 'csat' then cast(bases.score - 1 as double) * 10.0 / 4.0
        when 'ces' then cast(bases.score - 1 as double) * 10.0 / 6.0
        when 'trust' then cast(bases.score - 1 as double) * 10.0 / 9.0
        when 'emotion' then cast(bases.score - 1 as double) * 10.0 / 9.0
        else cast(bases.score as double)
    end as scale_score,
    count(*) as customers,
    count(case when bases.before_minor > 0 then 1 end) as customers_with_revenue_before,
    sum(bases.before_minor) as before_minor,
    sum(bases.after_minor) as after_minor,
    cast(sum(bases.before_minor) as double) as before,
    cast(sum(bases.after_minor) as double) as after,
    cast(sum(bases.before_minor * bases.before_minor) as double) as before_squared,
    cast(sum(bases.before_minor * bases.after_minor) as double) as product,
    cast(sum(bases.after_minor * bases.after_minor) as double) as after_squared
from bases
group by
    bases.metric,
    bases.score,
    bases.basis
