-- Grain: one row per period, last month and series.
-- Which figures are hidden. A month is shown where its series is told by month. A window of twelve months is
-- shown where it begins and ends at borders up to which the series is told, and holds no answer of a year in
-- which it is hidden. So what is shown is always made of whole pieces of time with enough answers each. A border
-- within such a piece does no harm where all its answers are on one side: the window holds them all or none.

with borders as (

    -- Of a series in a month: whether months are told, and whether a window may end with it.
    select
        int_cx_cells.period,
        int_cx_cells.month_no,
        int_cx_cells.level,
        int_cx_cells.item,
        int_cx_cells.segment,
        int_cx_cells.metric,
        int_cx_cells.responses,
        coalesce(ends.is_hidden, false) as is_end_hidden,
        coalesce(ends.rhythm_months, 1) as end_rhythm,
        coalesce(begins.is_hidden, false) as is_begin_hidden,
        coalesce(begins.rhythm_months, 1) as begin_rhythm
    from int_cx_cells
    left join int_cx_rhythms as ends
        on
            int_cx_cells.level = ends.level
            and int_cx_cells.item = ends.item
            and int_cx_cells.segment = ends.segment
            and int_cx_cells.metric = ends.metric
            and int_cx_cells.month_no / 3 = ends.quarter_no
    left join int_cx_rhythms as begins
        on
            int_cx_cells.level = begins.level
            and int_cx_cells.item = begins.item
            and int_cx_cells.segment = begins.segment
            and int_cx_cells.metric = begins.metric
            and (int_cx_cells.month_no - 12) / 3 = begins.quarter_no

),

split as (

    -- Answers before and after a border that is within a piece (of a piece that is not over by as_of more may
    -- come: none are certain to be on one side), and answers of a hidden year that are in the window.
    select
        borders.month_no,
        borders.level,
        borders.item,
        borders.segment,
        borders.metric,
        sum(
            case
                when
                    int_cx_sums.month_no / borders.end_rhythm = borders.month_no / borders.end_rhythm
                    and int_cx_sums.month_no <= borders.month_no
                    then int_cx_sums.responses
                else 0
            end
        ) as before_end,
        sum(
            case
                when
                    int_cx_sums.month_no / borders.end_rhythm = borders.month_no / borders.end_rhythm
                    and int_cx_sums.month_no > borders.month_no
                    then int_cx_sums.responses
                else 0
            end
        ) as after_end,
        sum(
            case
                when
                    int_cx_sums.month_no / borders.begin_rhythm = (borders.month_no - 12) / borders.begin_rhythm
                    and int_cx_sums.month_no <= borders.month_no - 12
                    then int_cx_sums.responses
                else 0
            end
        ) as before_begin,
        sum(
            case
                when
                    int_cx_sums.month_no / borders.begin_rhythm = (borders.month_no - 12) / borders.begin_rhythm
                    and int_cx_sums.month_no > borders.month_no - 12
                    then int_cx_sums.responses
                else 0
            end
        ) as after_begin,
        sum(
            case
                when
                    borders.is_end_hidden
                    and int_cx_sums.month_no / 12 = borders.month_no / 12
                    and int_cx_sums.month_no <= borders.month_no
                    then int_cx_sums.responses
                else 0
            end
        )
        + sum(
            case
                when
                    borders.is_begin_hidden
                    and int_cx_sums.month_no / 12 = (borders.month_no - 12) / 12
                    and int_cx_sums.month_no > borders.month_no - 12
                    then int_cx_sums.responses
                else 0
            end
        ) as hidden_answers
    from borders
    inner join int_cx_sums
        on
            borders.level = int_cx_sums.level
            and borders.item = int_cx_sums.item
            and borders.segment = int_cx_sums.segment
            and borders.metric = int_cx_sums.metric
    where
        borders.period = 'rolling_12_months'
        and (
            borders.is_end_hidden
            or borders.is_begin_hidden
            or (borders.month_no + 1) % borders.end_rhythm > 0
            or (borders.month_no + 1) % borders.begin_rhythm > 0
        )
    group by
        borders.month_no,
        borders.level,
        borders.item,
        borders.segment,
        borders.metric

)

select
    borders.period,
    borders.month_no,
    borders.level,
    borders.item,
    borders.segment,
    borders.metric,
    borders.responses < $suppression_limit
    or case borders.period
        when 'month' then borders.is_end_hidden or borders.end_rhythm > 1
        else
            coalesce(split.hidden_answers > 0, false)
            or (
                (borders.month_no + 1) % borders.end_rhythm > 0
                and split.before_end > 0
                and (
                    split.after_end > 0
                    or (borders.month_no / borders.end_rhythm + 1) * borders.end_rhythm - 1
                    > 12 * date_part('year', $as_of) + date_part('month', $as_of) - 1
                )
            )
            or (
                (borders.month_no + 1) % borders.begin_rhythm > 0
                and split.before_begin > 0
                and split.after_begin > 0
            )
    end as is_suppressed
from borders
left join split
    on
        borders.period = 'rolling_12_months'
        and borders.month_no = split.month_no
        and borders.level = split.level
        and borders.item = split.item
        and borders.segment = split.segment
        and borders.metric = split.metric
