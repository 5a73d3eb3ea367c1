select
    amounts_are_conserved.broken,
    amounts_are_conserved.currency,
    amounts_are_conserved.expected,
    amounts_are_conserved.found
from amounts_are_conserved
order by amounts_are_conserved.broken
