with counts as (

    select count(*) as days
    from dates

)

select
    dates.date,
    dates.year,
    dates.quarter,
    dates.quarter_no,
    dates.month,
    dates.month_no,
    dates.iso_year,
    dates.iso_week,
    dates.weekday,
    dates.month_name_en,
    dates.month_name_sv,
    dates.weekday_name_en,
    dates.weekday_name_sv,
    dates.is_complete_month,
    counts.days
from dates
cross join counts
where dates.date in ('2024-01-01', '2024-12-29', '2024-12-30', '2025-01-05', '2025-05-31', '2025-12-31')
order by dates.date
