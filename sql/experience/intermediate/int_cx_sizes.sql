-- Grain: one row per series and month with an answer or invitation.
-- The size of a month for suppression, in 27720ths of a person: sizes can be added up over months and series, and a sum
-- of $suppression_limit or more always has as many persons. Where each month of a quarter has $suppression_limit
-- persons, any sum has, and a month counts its persons. Elsewhere a person is divided among all answers of the shortest
-- time in which the series has enough persons: the quarter, the half-year or else the year.

with months as (

    select
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.metric,
        int_cx_sums.month_no,
        sum(int_cx_sums.persons) as persons,
        sum(
            case
                when int_cx_sums.previous_month_no / 3 = int_cx_sums.month_no / 3 then 0 else int_cx_sums.persons
            end
        ) as persons_new_in_quarter,
        sum(
            case
                when int_cx_sums.previous_month_no / 6 = int_cx_sums.month_no / 6 then 0 else int_cx_sums.persons
            end
        ) as persons_new_in_half,
        sum(int_cx_sums.person_parts_of_quarter) as person_parts_of_quarter,
        sum(int_cx_sums.person_parts_of_half) as person_parts_of_half,
        sum(int_cx_sums.person_parts_of_year) as person_parts_of_year
    from int_cx_sums
    group by
        int_cx_sums.level,
        int_cx_sums.item,
        int_cx_sums.segment,
        int_cx_sums.metric,
        int_cx_sums.month_no

),

counted as (

    select
        months.level,
        months.item,
        months.segment,
        months.metric,
        months.month_no,
        months.persons,
        months.person_parts_of_quarter,
        months.person_parts_of_half,
        months.person_parts_of_year,
        min(months.persons) over (
            partition by months.level, months.item, months.segment, months.metric, months.month_no / 3
        ) as least_persons_of_month,
        sum(months.persons_new_in_quarter) over (
            partition by months.level, months.item, months.segment, months.metric, months.month_no / 3
        ) as persons_of_quarter,
        sum(months.persons_new_in_half) over (
            partition by months.level, months.item, months.segment, months.metric, months.month_no / 6
        ) as persons_of_half
    from months

)

select
    counted.level,
    counted.item,
    counted.segment,
    counted.metric,
    counted.month_no,
    case
        when counted.least_persons_of_month >= $suppression_limit then 27720 * counted.persons
        when counted.persons_of_quarter >= $suppression_limit then counted.person_parts_of_quarter
        when counted.persons_of_half >= $suppression_limit then counted.person_parts_of_half
        else counted.person_parts_of_year
    end as person_parts
from counted
