-- Grain: one row per guard: the share of the customers in one lifecycle stage, held against what it should be.
-- Two comparisons:
--   same month      each stage, at the end of the newest month that both this run and the last snapshot know in full:
--                   history, rebuilt from the same events, must give the same shares
--   at once         at_risk and lapsed, where customers move because nothing is heard of them: at as_of against as_of
--                   of the last snapshot, if that is not later; without a last snapshot, against the end of the month
--                   of the newest order. The share may move by so much in a month, and by $stage_jump_per_month more in
--                   each further one, at most by half of the customers
-- level is 0 within the bounds, 1 beyond the soft ones, 2 beyond the hard ones. Customers at risk have not left, and a
-- first run has nothing to be held against: there a jump is only a warning. Fewer than $guard_least_rows customers are
-- not judged.

with stocks as (

    select
        'this' as run,
        lifecycle_funnel.month,
        lifecycle_funnel.stage,
        lifecycle_funnel.customers_at_end
    from lifecycle_funnel

    union all

    select
        'earlier' as run,
        earlier_funnel.month,
        earlier_funnel.stage,
        earlier_funnel.customers_at_end
    from earlier_funnel

),

shares as (

    select
        stocks.run,
        stocks.month,
        stocks.stage,
        stocks.customers_at_end,
        sum(stocks.customers_at_end) over (partition by stocks.run, stocks.month) as customers
    from stocks

),

last_months as (

    select
        max(case when stocks.run = 'this' then stocks.month end) as this_month,
        max(case when stocks.run = 'earlier' then stocks.month end) as earlier_month
    from stocks

),

order_months as (

    -- The newest month with an order, if nothing is known of an earlier run.
    select cast(date_trunc('month', max(daily_volumes.date)) as date) as month
    from daily_volumes
    where daily_volumes.event = 'order'

),

pairs as (

    select
        'same month' as compared,
        cast(least(last_months.this_month, last_months.earlier_month) - interval '1 month' as date) as this_month,
        'earlier' as other_run,
        cast(least(last_months.this_month, last_months.earlier_month) - interval '1 month' as date) as other_month
    from last_months
    where last_months.earlier_month is not null

    union all

    select
        'at once' as compared,
        last_months.this_month,
        'earlier' as other_run,
        last_months.earlier_month as other_month
    from last_months
    where last_months.this_month >= last_months.earlier_month

    union all

    select
        'at once' as compared,
        last_months.this_month,
        'this' as other_run,
        order_months.month as other_month
    from last_months
    cross join order_months
    where
        last_months.earlier_month is null
        and order_months.month < last_months.this_month

),

compared as (

    select
        case when pairs.compared = 'at once' then 'recent.' else '' end || this_run.stage as item,
        pairs.compared,
        pairs.other_run,
        this_run.stage,
        pairs.this_month,
        pairs.other_month,
        cast(this_run.customers_at_end as double) / this_run.customers as this_share,
        cast(other_run.customers_at_end as double) / other_run.customers as other_share,
        greatest(
            12 * (date_part('year', pairs.this_month) - date_part('year', pairs.other_month))
            + date_part('month', pairs.this_month) - date_part('month', pairs.other_month) - 1,
            0
        ) as further_months
    from pairs
    inner join shares as this_run
        on
            pairs.this_month = this_run.month
            and this_run.run = 'this'
    inner join shares as other_run
        on
            pairs.other_month = other_run.month
            and pairs.other_run = other_run.run
            and this_run.stage = other_run.stage
    where
        (pairs.compared = 'same month' or this_run.stage in ('at_risk', 'lapsed'))
        and this_run.customers >= $guard_least_rows
        and other_run.customers >= $guard_least_rows

),

bounded as (

    select
        compared.*,
        case
            when compared.compared = 'same month' then $stage_share_warn
            else least($stage_jump_warn + compared.further_months * $stage_jump_per_month, 0.5)
        end as soft,
        case
            when compared.compared = 'same month' then $stage_share_fail
            when compared.other_run = 'earlier' and compared.stage = 'lapsed'
                then least($stage_jump_fail + compared.further_months * $stage_jump_per_month, 0.5)
        end as hard
    from compared

)

select
    bounded.item,
    bounded.compared,
    round(bounded.this_share, 4) as this_run,
    round(bounded.other_share, 4) as earlier_run,
    bounded.this_month,
    bounded.other_month as earlier_month,
    case
        when coalesce(abs(bounded.this_share - bounded.other_share) > bounded.hard, false) then 2
        when abs(bounded.this_share - bounded.other_share) > bounded.soft then 1
        else 0
    end as level
from bounded
