"""Tries to derive the figures that cx_metrics suppresses.

    suppression_attack.py WAREHOUSE SURVEYS [LIMIT]

The unknowns are, for each metric, the sums of the answers of each series (level, item, segment) and month. The shown
figures are known: responses x value is a sum of unknowns over the months of the figure. It is also known that the items
of a level add up to the level above, and how many answers each month has; the extract SURVEYS gives the journey of each
touchpoint. A suppressed figure can be derived if it is a linear combination of known sums, for any answers. That is the
case exactly if it is zero on every vector in the null space of the known sums. The script draws random vectors of the
null space by projection, and solves for the figures that are zero on all of them.

Prints, per metric, the suppressed figures and how many of them can be derived, with those of fewer persons than LIMIT
(5) listed separately; and the unpublished sums over calendar quarters and half-years, and over two series of a family in
a month, of fewer persons than LIMIT, that can be derived. Fails if there is any of either. Persons of a sum are counted in
SURVEYS, with the customer_key that the table touchpoints has for each answer, where the extract shows the series
(relationship, journeys, touchpoints); elsewhere a sum is of too few if it has fewer answers than LIMIT.
"""

import collections
import itertools
import pathlib
import sys

import duckdb
import numpy
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsmr

TABLE = """
    select 12 * year(month) + month(month) - 1 as month_no, period, level, item, segment, metric, responses, is_suppressed,
        persons
    from read_parquet('{}/*.parquet')"""
JOURNEYS = """
    select touchpoint, min(journey) from read_csv('{}', all_varchar = true, parallel = false, null_padding = true,
                                                  strict_mode = false)
    where survey_type = 'touchpoint' and touchpoint <> '' group by touchpoint"""
ANSWERS = """
    select 12 * year(responded_at::timestamp) + month(responded_at::timestamp) - 1, survey_type, s.journey,
        s.touchpoint, case when customer_key = 'unidentified' then response_id else customer_key end,
        nps is not null, csat is not null, ces is not null
    from read_csv('{}', all_varchar = true, parallel = false, null_padding = true, strict_mode = false) as s
    inner join read_parquet('{}/*.parquet') as t on event = 'survey' and event_id::varchar = response_id"""
# Which items add up to which: level above, of what, by level below. The journey of a touchpoint is not in the table.
FAMILIES = [
    ("relationship", "segments", lambda s: s[0] == "relationship" and s[2] != "all", lambda s: ("relationship", "all", "all")),
    ("relationship", "stages", lambda s: s[0] == "lifecycle_stage", lambda s: ("relationship", "all", "all")),
    ("all_touchpoints", "journeys", lambda s: s[0] == "journey" and s[2] == "all", lambda s: ("all_touchpoints", "all", "all")),
    ("all_touchpoints", "channels", lambda s: s[0] == "channel", lambda s: ("all_touchpoints", "all", "all")),
    ("journey", "segments", lambda s: s[0] == "journey" and s[2] != "all", lambda s: ("journey", s[1], "all")),
    ("channel", "stores", lambda s: s[0] == "store", lambda s: ("channel", "store", "all")),
]


def projections(known, unknowns, count=3):
    """Random vectors in the null space of the known sums."""
    rng = numpy.random.default_rng(1)
    for _ in range(count):
        x = rng.standard_normal(unknowns)
        for _ in range(3):
            x -= lsmr(known, known @ x, atol=1e-15, btol=1e-15, conlim=0, maxiter=20 * unknowns)[0]
        yield x


def persons_by_month(answers, metric, journey_of):
    """The persons of each series that the extract shows, by month."""
    column = {"nps": 5, "csat": 6, "ces": 7}.get(metric)
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for answer in answers if column else []:
        month_no, survey_type, journey, touchpoint, person = answer[:5]
        if not answer[column]:
            continue
        if survey_type == "relationship":
            found["relationship", "all", "all"][month_no].add(person)
            continue
        found["all_touchpoints", "all", "all"][month_no].add(person)
        found["journey", journey or journey_of.get(touchpoint, "unknown"), "all"][month_no].add(person)
        if touchpoint:
            found["touchpoint", touchpoint, "all"][month_no].add(person)
    return found


def attack(rows, limit, journey_of, persons):
    months = {}
    for month_no, period, level, item, segment, responses, hidden, _ in rows:
        if period == "month":
            months[(level, item, segment), month_no] = responses
    index = {cell: i for i, cell in enumerate(months)}
    by_series = collections.defaultdict(list)
    for series, month_no in months:
        by_series[series].append(month_no)
    sums, targets = [], []
    for month_no, period, level, item, segment, responses, hidden, few in rows:
        series = (level, item, segment)
        first = month_no if period == "month" else month_no - 11
        cells = [index[series, m] for m in by_series[series] if first <= m <= month_no]
        assert sum(months[series, m] for m in by_series[series] if first <= m <= month_no) == responses
        (targets if hidden else sums).append((cells, few, ("figure", period, month_no, series)))
    shown = {what[1:] for _, _, what in sums}
    for series, found in by_series.items():
        for size in (3, 6):
            for unit in {m // size for m in found}:
                inside = [m for m in found if m // size == unit]
                size_of = len(set().union(*(persons[series][m] for m in inside))) if series in persons else sum(
                    months[series, m] for m in inside)
                if size_of < limit and len(inside) > 1:
                    targets.append(([index[series, m] for m in inside], size_of, ("sum", size, unit, series)))
    families = list(FAMILIES)
    families.append(("journey", "touchpoints", lambda s: s[0] == "touchpoint", lambda s: ("journey", journey_of.get(s[1]), "all")))
    relations = []
    for _, _, is_part, parent_of in families:
        parts = collections.defaultdict(list)
        for series, month_no in months:
            if is_part(series):
                parts[parent_of(series), month_no].append((series, month_no))
        for whole, cells in parts.items():
            if whole in months and sum(months[cell] for cell in cells) == months[whole]:
                relations.append(([index[cell] for cell in cells], index[whole]))
    # Two hidden members of a family in one month, if their persons together are too few.
    for _, _, is_part, parent_of in families:
        pairs = collections.defaultdict(list)
        for series, month_no in months:
            if is_part(series) and series in persons:
                pairs[parent_of(series), month_no].append(series)
        for (_, month_no), members in pairs.items():
            for one, other in itertools.combinations(members, 2):
                together = len(persons[one][month_no] | persons[other][month_no])
                if together < limit:
                    cells = [index[one, month_no], index[other, month_no]]
                    targets.append((cells, together, ("sum", "pair", month_no, one, other)))
    entries = [(row, cell, 1.0) for row, (cells, _, _) in enumerate(sums) for cell in cells]
    for row, (cells, whole) in enumerate(relations, len(sums)):
        entries += [(row, cell, 1.0) for cell in cells] + [(row, whole, -1.0)]
    row, column, value = (list(part) for part in zip(*entries))
    known = csr_matrix((value, (row, column)), shape=(len(sums) + len(relations), len(index)))
    unseen = list(projections(known, len(index)))
    found = []
    for cells, responses, what in targets:
        if all(abs(x[cells].sum()) < 1e-6 for x in unseen):
            target = numpy.zeros(len(index))
            target[cells] = 1.0
            combination = lsmr(known.T, target, atol=1e-14, btol=1e-14, conlim=0, maxiter=20 * len(index))[0]
            if numpy.linalg.norm(known.T @ combination - target) < 1e-6:
                found.append((responses, what))
    return len(index), known.shape[0], targets, found, shown


def main(warehouse, surveys, limit=5):
    limit = int(limit)
    db = duckdb.connect()
    rows = db.execute(TABLE.format(pathlib.Path(warehouse) / "current" / "cx_metrics")).fetchall()
    journey_of = dict(db.execute(JOURNEYS.format(surveys)).fetchall())
    answers = db.execute(ANSWERS.format(surveys, pathlib.Path(warehouse) / "current" / "touchpoints")).fetchall()
    failures = 0
    for metric in sorted({row[5] for row in rows}):
        chosen = [row[:5] + row[6:] for row in rows if row[5] == metric]
        unknowns, equations, targets, found, _ = attack(chosen, limit, journey_of, persons_by_month(answers, metric, journey_of))
        hidden = sum(what[0] == "figure" for _, _, what in targets)
        small = [f for f in found if f[1][0] == "figure" and f[0] < limit]
        large = [f for f in found if f[1][0] == "figure" and f[0] >= limit]
        pieces = [f for f in found if f[1][0] == "sum"]
        failures += len(small) + len(pieces)
        print(
            f"{metric}: {unknowns} unknowns, {equations} equations; {hidden} suppressed figures, derived {len(small)} "
            f"of fewer than {limit} persons, {len(large)} on more; {len(pieces)} small sums derived"
        )
        for responses, what in (small + pieces + large)[:8]:
            print("   ", responses, *what)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
