-- Grain: one row per metric and step with at least one person who had bought by the answer.
-- Revenue before and after the answer, with the sums of squares and products that the interval of a ratio needs,
-- exact in decimals of minor units. Only of customers whose first order precedes the whole window before the answer:
-- the others could not buy in all of it, so that time alone would look like growth (or, for somebody who bought once,
-- like loss). They are counted as first_time_customers. scale_score puts the scores of all metrics on a scale of 0 to
-- 10.

with answers as (

    select
        int_stated_answers.statement as metric,
        int_stated_answers.score,
        int_stated_outcomes.is_established,
        case when int_stated_outcomes.is_established then cast(int_stated_outcomes.before_minor as decimal(18, 0)) end
            as before_minor,
        case when int_stated_outcomes.is_established then cast(int_stated_outcomes.after_minor as decimal(18, 0)) end
            as after_minor
    from int_stated_answers
    inner join int_stated_outcomes
        on int_stated_answers.response_id = int_stated_outcomes.response_id
    where int_stated_outcomes.is_buyer

)

select
    answers.metric,
    answers.score,
    case answers.metric
        when 'csat' then cast(answers.score - 1 as double) * 10.0 / 4.0
        when 'ces' then cast(answers.score - 1 as double) * 10.0 / 6.0
        when 'trust' then cast(answers.score - 1 as double) * 10.0 / 9.0
        when 'emotion' then cast(answers.score - 1 as double) * 10.0 / 9.0
        else cast(answers.score as double)
    end as scale_score,
    count(case when answers.is_established then 1 end) as customers,
    count(case when not answers.is_established then 1 end) as first_time_customers,
    count(case when answers.before_minor > 0 then 1 end) as customers_with_revenue_before,
    sum(answers.before_minor) as before_minor,
    sum(answers.after_minor) as after_minor,
    cast(sum(answers.before_minor) as double) as before,
    cast(sum(answers.after_minor) as double) as after,
    cast(sum(answers.before_minor * answers.before_minor) as double) as before_squared,
    cast(sum(answers.before_minor * answers.after_minor) as double) as product,
    cast(sum(answers.after_minor * answers.after_minor) as double) as after_squared
from answers
group by
    answers.metric,
    answers.score
