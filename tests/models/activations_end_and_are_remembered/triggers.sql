select t.trigger
from (values ('call'), ('offer')) as t (trigger)
