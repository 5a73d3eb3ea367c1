-- Grain: one row per event of a known person and journey it is part of.
-- Cuts the events of each person and journey (a thread) into journeys. A journey begins at the first event; after more
-- than the time-out without an event; and, once an end event has come, at the next start or end event: an event within
-- the journey may follow its end. All windows share one sort and run on from thread to thread, in buckets that let them
-- run in parallel; a window partition per thread would cost more than the sort. Numbers are packed in pairs, so that
-- the windows are few: 2^15 touchpoints, 2^20 journeys, 2^32 steps in a bucket.
--   instance_no  number of the journey in this run
--   journey_rank 1 for the journey by which the event is found in touchpoints; it is part of journey_count
--   is_new       on the first event of the journey
--   step_no      number of the step in the path, where events in a row at one touchpoint are one step
--   is_tied      on the first event: there is another of the thread at this instant before it

with threads as (

    select
        int_events.customer_no % 32 as bucket,
        int_events.customer_no * 1048576 + int_kind_journeys.journey_no as thread,
        int_events.at,
        int_events.event_no,
        int_events.event_id,
        int_events.kind_no,
        int_events.minutes_e2,
        int_kind_journeys.role_no,
        int_kind_journeys.touchpoint_no,
        int_kind_journeys.time_out_us,
        int_kind_journeys.journey_rank,
        int_kind_journeys.journey_count
    from int_events
    inner join int_kind_journeys
        on int_events.kind_no = int_kind_journeys.kind_no
    where int_events.customer_no > 0

),

compared as (

    select
        threads.bucket,
        threads.thread,
        threads.at,
        threads.event_no,
        threads.event_id,
        threads.kind_no,
        threads.minutes_e2,
        threads.journey_rank,
        threads.journey_count,
        threads.role_no,
        threads.touchpoint_no,
        threads.time_out_us,
        row_number() over sweep as row_no,
        lag(threads.at) over sweep as previous_at,
        lag(threads.thread * 32768 + threads.touchpoint_no) over sweep as previous_place
    from threads
    window sweep as (
        partition by threads.bucket order by threads.thread, threads.at, threads.event_no, threads.event_id
    )

),

broken as (

    select
        compared.bucket,
        compared.thread,
        compared.at,
        compared.event_no,
        compared.event_id,
        compared.kind_no,
        compared.minutes_e2,
        compared.journey_rank,
        compared.journey_count,
        compared.role_no,
        compared.row_no,
        case
            when compared.previous_place = compared.thread * 32768 + compared.touchpoint_no then 0
            else 1
        end as is_moved,
        case
            when compared.previous_place / 32768 = compared.thread and compared.previous_at = compared.at then 1
            else 0
        end as is_tied,
        -- On the first row of a bucket there is nothing before it, and the condition is null.
        case
            when
                compared.previous_place / 32768 = compared.thread
                and compared.at - compared.previous_at <= compared.time_out_us
                then 0
            else 1
        end as is_break
    from compared

),

marked as (

    -- The latest mark tells whether an end event has come since the journey began: row x 2, and 1 for an end.
    select
        broken.bucket,
        broken.thread,
        broken.at,
        broken.event_no,
        broken.event_id,
        broken.kind_no,
        broken.minutes_e2,
        broken.journey_rank,
        broken.journey_count,
        broken.role_no,
        broken.is_moved,
        broken.is_tied,
        broken.is_break,
        max(
            case
                when broken.is_break = 1 or broken.role_no <> 2
                    then cast(broken.row_no as bigint) * 2 + case when broken.role_no = 3 then 1 else 0 end
            end
        ) over (
            partition by broken.bucket order by broken.thread, broken.at, broken.event_no, broken.event_id
            rows between unbounded preceding and 1 preceding
        ) as previous_mark
    from broken

),

cut as (

    select
        marked.bucket,
        marked.thread,
        marked.at,
        marked.event_no,
        marked.event_id,
        marked.kind_no,
        marked.minutes_e2,
        marked.journey_rank,
        marked.journey_count,
        marked.is_moved,
        marked.is_tied,
        case
            when marked.is_break = 1 or (marked.role_no <> 2 and marked.previous_mark % 2 = 1) then cast(1 as bigint)
            else cast(0 as bigint)
        end as is_new
    from marked

),

counted as (

    -- Journeys x 2^32 + steps of the bucket so far.
    select
        cut.bucket,
        cut.thread,
        cut.at,
        cut.event_no,
        cut.event_id,
        cut.kind_no,
        cut.minutes_e2,
        cut.journey_rank,
        cut.journey_count,
        cut.is_tied,
        cut.is_new,
        greatest(cut.is_new, cut.is_moved) as is_step,
        sum(cut.is_new * 4294967296 + greatest(cut.is_new, cut.is_moved)) over (
            partition by cut.bucket order by cut.thread, cut.at, cut.event_no, cut.event_id
            rows between unbounded preceding and current row
        ) as so_far
    from cut

),

placed as (

    -- The count only grows, so that its largest value so far at a first event is the one at the latest first event.
    select
        counted.bucket,
        counted.thread,
        counted.at,
        counted.event_no,
        counted.event_id,
        counted.kind_no,
        counted.minutes_e2,
        counted.journey_rank,
        counted.journey_count,
        counted.is_tied,
        counted.is_new,
        counted.is_step,
        counted.so_far,
        max(case when counted.is_new = 1 then counted.so_far end) over (
            partition by counted.bucket order by counted.thread, counted.at, counted.event_no, counted.event_id
            rows between unbounded preceding and current row
        ) as at_first
    from counted

)

select
    placed.so_far / 4294967296 * 32 + placed.bucket as instance_no,
    placed.thread,
    placed.at,
    placed.event_no,
    placed.event_id,
    placed.kind_no,
    placed.minutes_e2,
    placed.journey_rank,
    placed.journey_count,
    cast(placed.is_new as smallint) as is_new,
    cast(placed.is_step as smallint) as is_step,
    cast(placed.so_far - placed.at_first + 1 as integer) as step_no,
    cast(placed.is_new * placed.is_tied as smallint) as is_tied
from placed
