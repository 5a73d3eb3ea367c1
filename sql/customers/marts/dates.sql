-- Grain: one row per day.
-- The calendar of whole years from the first sign-up, order, contact, loyalty event or answer to the end of the year
-- of as_of, with ISO weeks (Monday to Sunday, the week belongs to the year of its Thursday).

with starts as (

    select min(int_customer_profiles.signup_date) as first_date
    from int_customer_profiles

    union all

    select min(int_orders.ordered_date) as first_date
    from int_orders

    union all

    select min(int_contacts.occurred_date) as first_date
    from int_contacts

    union all

    select min(int_loyalty_events.occurred_date) as first_date
    from int_loyalty_events

    union all

    select min(int_survey_answers.month) as first_date
    from int_survey_answers

    union all

    select $as_of as first_date

),

days as (

    select
        unnest(
            generate_series(
                date_trunc('year', min(starts.first_date)),
                date_trunc('year', $as_of) + interval '1 year' - interval '1 day',
                interval '1 day'
            )
        ) as day_at
    from starts

),

parts as (

    select
        cast(days.day_at as date) as date,
        cast(date_part('year', days.day_at) as bigint) as year,
        cast(date_part('quarter', days.day_at) as bigint) as quarter_no,
        cast(date_trunc('quarter', days.day_at) as date) as quarter,
        cast(date_part('month', days.day_at) as bigint) as month_no,
        cast(date_trunc('month', days.day_at) as date) as month,
        cast(date_part('week', days.day_at) as bigint) as iso_week,
        cast(date_part('dow', days.day_at) as bigint) as day_of_week,
        cast(date_trunc('month', days.day_at) + interval '1 month' as date) - $as_of <= 1 as is_complete_month
    from days

),

weeks as (

    select
        parts.date,
        parts.year,
        parts.quarter,
        parts.quarter_no,
        parts.month,
        parts.month_no,
        parts.iso_week,
        -- Sunday is 0 in date_part and 7 in ISO weeks.
        case when parts.day_of_week = 0 then 7 else parts.day_of_week end as weekday,
        case
            when parts.month_no = 1 and parts.iso_week > 50 then parts.year - 1
            when parts.month_no = 12 and parts.iso_week = 1 then parts.year + 1
            else parts.year
        end as iso_year,
        parts.is_complete_month
    from parts

)

select
    weeks.date,
    weeks.year,
    weeks.quarter,
    weeks.quarter_no,
    weeks.month,
    weeks.month_no,
    weeks.iso_year,
    weeks.iso_week,
    weeks.weekday,
    make_array(
        'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
        'December'
    )[weeks.month_no] as month_name_en,
    make_array(
        'januari', 'februari', 'mars', 'april', 'maj', 'juni', 'juli', 'augusti', 'september', 'oktober', 'november',
        'december'
    )[weeks.month_no] as month_name_sv,
    make_array('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')[weeks.weekday]
        as weekday_name_en,
    make_array('måndag', 'tisdag', 'onsdag', 'torsdag', 'fredag', 'lördag', 'söndag')[weeks.weekday]
        as weekday_name_sv,
    weeks.is_complete_month
from weeks
