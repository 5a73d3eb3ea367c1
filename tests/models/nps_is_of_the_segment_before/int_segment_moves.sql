select
    cast(persons.customer_no as bigint) as customer_no,
    case
        when persons.customer_no <= 5 then 'high x low'
        when persons.customer_no = 12 or persons.customer_no > 17 then 'new'
        else 'low x low'
    end as from_segment
from (select cast(unnest(range(1, 22)) as bigint) as customer_no) as persons
