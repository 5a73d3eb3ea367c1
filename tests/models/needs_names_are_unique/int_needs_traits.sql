-- Segments 1 and 2 differ only in their third trait, 3 and 4 in none; 5 has one trait, 6 has no trait with a name.
select
    cast(t.needs_segment_no as bigint) as needs_segment_no,
    t.trait,
    cast(t.trait_rank as bigint) as trait_rank
from (
    values
    (1, 'store', 1), (1, 'frequent', 2), (1, 'full price', 3),
    (2, 'store', 1), (2, 'frequent', 2), (2, 'high discount', 3),
    (3, 'web', 1), (3, 'infrequent', 2), (3, 'many returns', 3),
    (4, 'web', 1), (4, 'infrequent', 2), (4, 'many returns', 3),
    (5, 'app', 1), (5, null, null),
    (6, null, null)
) as t (needs_segment_no, trait, trait_rank)
