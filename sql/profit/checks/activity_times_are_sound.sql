-- Returns the time equations in the lookup activity_times with an unknown event, negative minutes, or minutes that do
-- not apply to the event: only contacts have a duration, and only orders and returns have lines.

select
    activity_times.event,
    activity_times.channel,
    activity_times.activity,
    activity_times.minutes_per_event,
    activity_times.minutes_per_minute,
    activity_times.minutes_per_line
from activity_times
where
    activity_times.event not in ('contact', 'order', 'return')
    or activity_times.minutes_per_event < 0
    or activity_times.minutes_per_minute < 0
    or activity_times.minutes_per_line < 0
    or (activity_times.event <> 'contact' and activity_times.minutes_per_minute is not null)
    or (activity_times.event = 'contact' and activity_times.minutes_per_line is not null)
