select
    cast(t.journey_no as bigint) as journey_no,
    t.journey
from (values (1, 'billing'), (2, 'delivery'), (3, 'support')) as t (journey_no, journey)
