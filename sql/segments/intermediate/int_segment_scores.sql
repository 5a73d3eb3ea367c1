-- Grain: one row per segmentation and segment with an NPS answer since the earlier valuation.
-- NPS by the segment that the customer was in before the answer, each customer once by the latest answer: an answer of
-- 9-10 can make an advocate, so by the stage after it all advocates would be promoters. Value and RFM segments are
-- those of the earlier valuation ('new': not known by then), stages those just before the answer. Needs segments are
-- not computed for an earlier day and have no NPS.

with earlier_date as (

    select cast(end_of_day(int_valuation_dates.valuation_date, $time_zone) as bigint) as ended_at
    from int_valuation_dates
    where not int_valuation_dates.is_current

),

answers as (

    select
        int_lifecycle_answers.customer_no,
        int_lifecycle_answers.at,
        int_lifecycle_answers.nps
    from int_lifecycle_answers
    cross join earlier_date
    where
        int_lifecycle_answers.is_latest
        and int_lifecycle_answers.at >= earlier_date.ended_at

),

earlier_scores as (

    select
        int_customer_rfm.customer_no,
        int_customer_rfm.rfm_segment
    from int_customer_rfm
    where not int_customer_rfm.is_current

),

members as (

    select
        'value' as segmentation,
        int_segment_moves.from_segment as segment,
        answers.nps
    from answers
    inner join int_segment_moves
        on answers.customer_no = int_segment_moves.customer_no

    union all

    select
        'rfm' as segmentation,
        case
            when int_segment_moves.from_segment = 'new' then 'new'
            else coalesce(earlier_scores.rfm_segment, 'no purchase')
        end as segment,
        answers.nps
    from answers
    inner join int_segment_moves
        on answers.customer_no = int_segment_moves.customer_no
    left join earlier_scores
        on answers.customer_no = earlier_scores.customer_no

    union all

    select
        'lifecycle' as segmentation,
        coalesce(int_customer_stages.stage, 'new') as segment,
        answers.nps
    from answers
    left join int_customer_stages
        on
            answers.customer_no = int_customer_stages.customer_no
            and int_customer_stages.entered_at < answers.at
            and coalesce(int_customer_stages.left_at >= answers.at, true)

),

sums as (

    select
        members.segmentation,
        members.segment,
        count(*) as nps_responses,
        nps(members.nps) as nps,
        nps_ci_low(members.nps) as nps_ci_low,
        nps_ci_high(members.nps) as nps_ci_high
    from members
    group by
        members.segmentation,
        members.segment

),

ranked as (

    select
        sums.segmentation,
        sums.segment,
        sums.nps_responses,
        sums.nps,
        sums.nps_ci_low,
        sums.nps_ci_high,
        sums.nps_responses < $suppression_limit as has_few_persons,
        sum(case when sums.nps_responses < $suppression_limit then sums.nps_responses else 0 end)
            over (partition by sums.segmentation) as hidden_responses,
        row_number() over (
            partition by sums.segmentation, sums.nps_responses < $suppression_limit
            order by sums.nps_responses, sums.segment
        ) as size_rank
    from sums

),

judged as (

    -- If all small segments together have fewer answers than the limit, the smallest of the others is hidden with them:
    -- otherwise all customers less the segments shown would reveal their answers.
    select
        ranked.segmentation,
        ranked.segment,
        ranked.nps_responses,
        ranked.nps,
        ranked.nps_ci_low,
        ranked.nps_ci_high,
        case
            when ranked.has_few_persons then 'few_persons'
            when ranked.hidden_responses between 1 and $suppression_limit - 1 and ranked.size_rank = 1
                then 'complementary'
        end as suppressed_because
    from ranked

)

select
    judged.segmentation,
    judged.segment,
    judged.nps_responses,
    case when judged.suppressed_because is null then judged.nps end as nps,
    case when judged.suppressed_because is null then judged.nps_ci_low end as nps_ci_low,
    case when judged.suppressed_because is null then judged.nps_ci_high end as nps_ci_high,
    judged.suppressed_because
from judged
