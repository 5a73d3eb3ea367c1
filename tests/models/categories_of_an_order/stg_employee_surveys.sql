-- No employee survey.
select 'S1' as unit
where false
