-- Grain: one row per period, last month and series.
-- Value, interval and change of each figure that is shown; null for hidden figures, as is the change to or from one.
-- A month is compared with the previous month, a twelve-month window with the twelve months before it.

with full_points as (

    select
        index_items.index,
        9 * sum(cast(index_items.weight * 100 as bigint)) as points
    from index_items
    group by index_items.index

),

shown as (

    select
        int_cx_cells.period,
        int_cx_cells.month_no,
        int_cx_cells.level,
        int_cx_cells.item,
        int_cx_cells.segment,
        int_cx_cells.metric,
        int_cx_cells.responses,
        int_cx_cells.persons,
        int_cx_suppression.is_suppressed,
        int_cx_suppression.suppressed_because,
        case
            when int_cx_suppression.is_suppressed then 'none'
            when int_cx_cells.metric = 'nps' then 'nps'
            when int_cx_cells.metric in ('csat', 'ces', 'response_rate', 'response_rate_rr2') then 'share'
            else 'mean'
        end as kind,
        full_points.points as full_points,
        case when not int_cx_suppression.is_suppressed then int_cx_cells.responses end as n,
        case when not int_cx_suppression.is_suppressed then int_cx_cells.sum_1 end as sum_1,
        case when not int_cx_suppression.is_suppressed then int_cx_cells.sum_2 end as sum_2
    from int_cx_cells
    inner join int_cx_suppression
        on
            int_cx_cells.period = int_cx_suppression.period
            and int_cx_cells.month_no = int_cx_suppression.month_no
            and int_cx_cells.level = int_cx_suppression.level
            and int_cx_cells.item = int_cx_suppression.item
            and int_cx_cells.segment = int_cx_suppression.segment
            and int_cx_cells.metric = int_cx_suppression.metric
    left join full_points
        on int_cx_cells.metric = full_points.index

),

paired as (

    select
        shown.period,
        shown.month_no,
        shown.level,
        shown.item,
        shown.segment,
        shown.metric,
        shown.responses,
        shown.persons,
        shown.is_suppressed,
        shown.suppressed_because,
        shown.kind,
        shown.full_points,
        shown.n,
        shown.sum_1,
        shown.sum_2,
        earlier.responses as previous_responses,
        earlier.n as previous_n,
        earlier.sum_1 as previous_sum_1,
        earlier.sum_2 as previous_sum_2
    from shown
    left join shown as earlier
        on
            shown.period = earlier.period
            and shown.month_no - case shown.period when 'month' then 1 else 12 end = earlier.month_no
            and shown.level = earlier.level
            and shown.item = earlier.item
            and shown.segment = earlier.segment
            and shown.metric = earlier.metric

),

shares as (

    -- Each function gets only rows of its own kind; the others are null.
    select
        paired.period,
        paired.month_no,
        paired.level,
        paired.item,
        paired.segment,
        paired.metric,
        paired.responses,
        paired.persons,
        paired.is_suppressed,
        paired.suppressed_because,
        paired.kind,
        cast(paired.full_points as double) as full_points,
        paired.n,
        paired.sum_1,
        paired.sum_2,
        paired.previous_responses,
        paired.previous_n,
        paired.previous_sum_1,
        paired.previous_sum_2,
        share_interval(case when paired.kind = 'share' then paired.sum_1 end, paired.n) as share,
        share_interval(case when paired.kind = 'share' then paired.previous_sum_1 end, paired.previous_n)
            as previous_share,
        share_difference(
            case when paired.kind = 'share' then paired.sum_1 end,
            paired.n,
            case when paired.kind = 'share' then paired.previous_sum_1 end,
            paired.previous_n
        ) as share_change,
        mean_interval(
            paired.n,
            case when paired.kind = 'mean' then paired.sum_1 end,
            paired.sum_2,
            0,
            paired.full_points
        ) as mean,
        mean_difference(
            paired.n,
            case when paired.kind = 'mean' then paired.sum_1 end,
            paired.sum_2,
            paired.previous_n,
            case when paired.kind = 'mean' then paired.previous_sum_1 end,
            paired.previous_sum_2
        ) as mean_change,
        nps_difference(
            case when paired.kind = 'nps' then paired.sum_1 end,
            paired.sum_2,
            paired.n,
            case when paired.kind = 'nps' then paired.previous_sum_1 end,
            paired.previous_sum_2,
            paired.previous_n
        ) as nps_change,
        -- Adjusted Wald: adds three answers, 3/4 of a promoter and 3/4 of a detractor.
        (cast(paired.sum_1 as double) + 0.75) / (cast(paired.n as double) + 3.0) as promoters,
        (cast(paired.sum_2 as double) + 0.75) / (cast(paired.n as double) + 3.0) as detractors
    from paired

),

spreads as (

    select
        shares.period,
        shares.month_no,
        shares.level,
        shares.item,
        shares.segment,
        shares.metric,
        shares.promoters - shares.detractors as middle,
        1.959963984540054 * sqrt(
            (
                shares.promoters
                + shares.detractors
                - (shares.promoters - shares.detractors) * (shares.promoters - shares.detractors)
            ) / (cast(shares.n as double) + 3.0)
        ) as half_width
    from shares
    where shares.kind = 'nps'

)

select
    shares.period,
    shares.month_no,
    shares.level,
    shares.item,
    shares.segment,
    shares.metric,
    shares.responses,
    shares.persons,
    shares.is_suppressed,
    shares.suppressed_because,
    case shares.kind
        when 'share' then shares.share['value']
        when 'mean' then 100.0 * shares.mean['value'] / shares.full_points
        when 'nps' then 100.0 * cast(shares.sum_1 - shares.sum_2 as double) / cast(shares.n as double)
    end as value,
    case shares.kind
        when 'share' then shares.share['ci_low']
        when 'mean' then 100.0 * shares.mean['ci_low'] / shares.full_points
        when 'nps' then 100.0 * greatest(spreads.middle - spreads.half_width, -1.0)
    end as ci_low,
    case shares.kind
        when 'share' then shares.share['ci_high']
        when 'mean' then 100.0 * shares.mean['ci_high'] / shares.full_points
        when 'nps' then 100.0 * least(spreads.middle + spreads.half_width, 1.0)
    end as ci_high,
    shares.previous_responses,
    case shares.kind
        when 'share' then shares.previous_share['value']
        when 'mean'
            then
                100.0 * cast(shares.previous_sum_1 as double) / cast(shares.previous_n as double)
                / shares.full_points
        when 'nps'
            then
                100.0 * cast(shares.previous_sum_1 - shares.previous_sum_2 as double)
                / cast(shares.previous_n as double)
    end as previous_value,
    case shares.kind
        when 'share' then shares.share_change['value']
        when 'mean' then 100.0 * shares.mean_change['value'] / shares.full_points
        when 'nps' then shares.nps_change['value']
    end as change,
    case shares.kind
        when 'share' then shares.share_change['ci_low']
        when 'mean' then 100.0 * shares.mean_change['ci_low'] / shares.full_points
        when 'nps' then shares.nps_change['ci_low']
    end as change_ci_low,
    case shares.kind
        when 'share' then shares.share_change['ci_high']
        when 'mean' then 100.0 * shares.mean_change['ci_high'] / shares.full_points
        when 'nps' then shares.nps_change['ci_high']
    end as change_ci_high
from shares
left join spreads
    on
        shares.period = spreads.period
        and shares.month_no = spreads.month_no
        and shares.level = spreads.level
        and shares.item = spreads.item
        and shares.segment = spreads.segment
        and shares.metric = spreads.metric
