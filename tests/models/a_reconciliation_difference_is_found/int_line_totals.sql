-- Sold, with a gift card that does not count, and returned.
select
    t.is_return,
    t.counts,
    cast(t.gross_minor as bigint) as gross_minor,
    cast(t.net_minor as bigint) as net_minor
from (values (false, true, 110000, 105000), (false, false, 20000, 20000), (true, true, 15000, 15000))
    as t (is_return, counts, gross_minor, net_minor)
