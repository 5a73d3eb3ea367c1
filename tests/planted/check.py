#!/usr/bin/env python3
"""Compares published tables with the truth of the extracts they were computed from (generate.py).

    check.py [--strict] FOLDER...

Each folder has `extracts` (with truth.json) and `warehouse`. Three kinds of checks, each over all folders:

- rank: what was planted comes first, and is significant. Must hold in every folder with effects.
- size: the true size is in the 95 % interval of the table. Of many sizes about one in twenty is outside.
- finding: a true zero is reported as significant. Of many, at most about one in twenty.

The number of missed sizes and false findings may be 5 % plus a margin for chance, see `allowed`. A missing table or
column is reported as absent; with --strict it is a fault.
"""
import argparse
import json
import math
import pathlib
import sys
from dataclasses import dataclass

import duckdb

RATE = 0.05  # error rate of 95 % intervals and tests
# Several cells of a table use the same answers, so their errors are correlated. The variance of the number of errors is
# this many times that of independent cells.
ALIKE = 2


@dataclass
class Check:
    """A query over the published tables. `{...}` in it are values of the truth.

    rank: one row, one column, true. size: rows of item, true size, low, high. finding: rows of item, is significant.
    """
    kind: str
    name: str
    world: str  # planted, null or both
    query: str


def share_back(days):
    """SQL: of the customers who come back, the share that has done so within so many days."""
    return f"greatest(0, least({days}, {{back_days[1]}}) - {{back_days[0]}} + 1) / ({{back_days[1]}} - {{back_days[0]}} + 1.0)"


CHECKS = [
    # Drivers.
    Check("rank", "the bad touchpoint drives nps most of its journey", "planted", """
        select importance_rank = 1 and is_significant from cx_drivers
        where target = 'nps' and driver_type = 'touchpoint' and driver = '{bad_touchpoint}'"""),
    Check("rank", "the bad touchpoint drives 12-month retention most of its journey", "planted", """
        select importance_rank = 1 and is_significant from cx_drivers
        where target = 'retention_12m' and driver_type = 'touchpoint' and driver = '{bad_touchpoint}'"""),
    Check("rank", "trust and the journey of the bad touchpoint drive nps most", "planted", """
        select bool_and(importance_rank <= 2 and is_significant) from cx_drivers
        where target = 'nps' and driver_set = 'journeys' and driver in ('trust', '{bad_journey}')"""),
    Check("rank", "the journey of the bad touchpoint drives 12-month retention most", "planted", """
        select importance_rank = 1 and is_significant from cx_drivers
        where target = 'retention_12m' and driver_set = 'journeys' and driver = '{bad_journey}'"""),
    Check("size", "importance of drivers", "planted", """
        select target || ' by ' || driver, case
                   when driver = '{bad_touchpoint}' and target = 'nps' then {importance[touchpoint][nps]}
                   when driver = '{bad_touchpoint}' then {importance[touchpoint][retention_12m]}
                   when driver = '{bad_journey}' and target = 'nps' then {importance[journey][nps]}
                   when driver = '{bad_journey}' then {importance[journey][retention_12m]}
                   else {importance[trust][nps]} end, ci_low, ci_high
        from cx_drivers
        where (target in ('nps', 'retention_12m') and driver in ('{bad_touchpoint}', '{bad_journey}'))
           or (target = 'nps' and driver = 'trust')"""),
    Check("finding", "drivers", "null", """
        select target || ' by ' || driver, is_significant from cx_drivers"""),
    Check("finding", "drivers other than the planted ones", "planted", """
        select target || ' by ' || driver, is_significant from cx_drivers
        where driver not in ('{bad_touchpoint}', '{bad_journey}')
          and (driver <> 'trust' or target = 'retention_12m')"""),
    Check("rank", "trust matters for what customers say, not for what they do", "planted", """
        select rank_difference > 0 from cx_driver_disagreements
        where driver = 'trust' and said_target = 'nps' and done_target = 'retention_12m'"""),

    # Priorities.
    Check("rank", "the bad touchpoint has first priority", "planted", """
        select priority_rank = 1 and quadrant = 'fix_first' from cx_priorities
        where level = 'touchpoint' and segment = 'all' and item = '{bad_touchpoint}'"""),
    Check("rank", "its journey has first priority", "planted", """
        select priority_rank = 1 from cx_priorities
        where level = 'journey' and segment = 'all' and item = '{bad_journey}'"""),
    Check("finding", "changes between quarters", "null", """
        select quarter || ' nps of ' || journey, nps_change_ci_low > 0 or nps_change_ci_high < 0 from top_down_check
        where nps_change is not null and journey <> 'all'
        union all
        select quarter || ' score of ' || journey, score_change_ci_low > 0 or score_change_ci_high < 0
        from top_down_check where score_change is not null and journey <> 'all'"""),

    # One channel or several.
    Check("rank", "multi-channel journeys score worse where planted", "planted", """
        select is_significant and difference < 0 from journey_comparison
        where population = 'several touchpoints' and journey = '{multichannel_journey}' and metric = 'csat'"""),
    Check("size", "csat of multi-channel journeys less that of others", "both", """
        select journey, case when journey = '{multichannel_journey}' then {multichannel[csat_share]} else 0 end,
               ci_low, ci_high
        from journey_comparison
        where population = 'several touchpoints' and journey in ('purchase', 'delivery', 'support') and metric = 'csat'"""),
    Check("finding", "channels, where they make no difference", "null", """
        select journey || ' ' || metric, is_significant from journey_comparison
        where population = 'several touchpoints' and metric in ('csat', 'ces', 'nps')
          and journey in ('purchase', 'delivery', 'support')"""),

    # Stated and observed.
    Check("rank", "promoters order again more than others, detractors less", "planted", """
        select bool_and(is_significant) and bool_and((stated_group = 'promoter') = (difference_to_others > 0))
        from stated_vs_observed
        where statement = 'nps' and outcome = 'ordered_again' and stated_group in ('promoter', 'detractor')"""),
    Check("size", "share who order again", "both", """
        select stated_group, case stated_group when 'promoter' then {retention_12m[promoter]}
                   when 'passive' then {retention_12m[passive]} else {retention_12m[detractor]} end, ci_low, ci_high
        from stated_vs_observed where statement = 'nps' and outcome = 'ordered_again'"""),
    Check("finding", "stated groups that do the same", "null", """
        select statement || ' ' || stated_group || ' ' || outcome, is_significant from stated_vs_observed
        where outcome in ('ordered_again', 'increased_revenue', 'left_programme')"""),
    Check("finding", "stated groups that do the same, other than the planted ones", "planted", """
        select statement || ' ' || stated_group || ' ' || outcome, is_significant from stated_vs_observed
        where outcome in ('ordered_again', 'increased_revenue', 'left_programme')
          and statement in ('emotion', 'csat', 'ces')"""),

    # Experience and growth.
    Check("rank", "promoters spend more afterwards than detractors did", "planted", """
        select (select min(ci_low) from experience_growth where metric = 'nps' and score >= 9 and customers >= 30)
             > (select max(ci_high) from experience_growth where metric = 'nps' and score <= 5 and customers >= 30)"""),
    Check("size", "growth by score", "both", """
        select 'nps ' || score, true_growth, ci_low, ci_high
        from experience_growth join growth using (score) where metric = 'nps' and customers >= 30"""),
    Check("size", "growth by scores without influence", "both", """
        select metric || ' ' || score, {growth_of_all}, ci_low, ci_high
        from experience_growth where metric in ('emotion', 'csat', 'ces') and customers >= 30"""),
    Check("rank", "growth rises with nps", "planted", """
        select is_significant and slope > 0 from experience_growth_slopes where metric = 'nps'"""),
    Check("size", "slope of growth", "both", """
        select metric, case when metric = 'nps' then {growth_slope} else 0 end, ci_low, ci_high
        from experience_growth_slopes where metric in ('nps', 'emotion', 'csat', 'ces')"""),

    # Acting.
    Check("rank", "treated customers came back more", "planted", """
        select count(*) > 0 and bool_and(is_significant and uplift > 0) from (
            select * from activation_outcomes
            where assignment = 'treatment' and outcome = 'ordered' and uplift is not null and window_days >= 28
            order by customers desc limit 1)"""),
    Check("size", "uplift of orders", "both", f"""
        select trigger || ' in ' || window_days || ' days', {{uplift}} * {share_back("window_days")}, ci_low, ci_high
        from activation_outcomes where assignment = 'treatment' and outcome = 'ordered' and uplift is not null"""),
    Check("finding", "actions that do nothing", "null", """
        select trigger || ' ' || outcome || ' in ' || window_days || ' days', is_significant
        from activation_outcomes where assignment = 'treatment' and uplift is not null and window_days >= 7"""),

    # Employees.
    Check("rank", "customers follow the engagement of the unit", "planted", """
        select bool_and(is_significant and correlation > 0) from employee_customer_links
        where basis = 'within_units' and lag_months = {engagement_lag_months} and measure = 'customer_csat'"""),
    Check("finding", "engagement", "null", """
        select measure || ' ' || basis || ' ' || lag_months, is_significant from employee_customer_links"""),
    # Not of other lags: deviations from the mean of a few quarters are negatively correlated with one another.
    Check("rank", "... most closely at the true lag", "planted", """
        select arg_max(lag_months, correlation) = {engagement_lag_months} from employee_customer_links
        where basis = 'within_units' and measure = 'customer_csat'"""),
    Check("finding", "engagement and revenue", "planted", """
        select measure || ' ' || basis || ' ' || lag_months, is_significant from employee_customer_links
        where measure = 'revenue_growth'"""),
]


def allowed(n):
    """How many of n may be wrong if one in twenty is: the mean plus three standard deviations, widened by `ALIKE`."""
    return math.floor(n * RATE + 3 * math.sqrt(ALIKE * n * RATE * (1 - RATE)))


def published(folder, truth):
    """A connection that sees each published table as a view, and the true growth of each score."""
    current = folder / "warehouse" / "current"
    db = duckdb.connect()
    for name, table in json.loads((current / "snapshot.json").read_text())["tables"].items():
        files = [str(current / file["path"]) for file in table["files"]]
        db.execute(f"create view {name} as from read_parquet({files})")
    db.execute("create table growth (score bigint, true_growth double)")
    db.executemany("insert into growth values (?, ?)", [[int(s), growth] for s, growth in truth["growth"].items()])
    return db


class Report:
    """Prints each result and counts the faults."""

    def __init__(self, strict):
        self.strict, self.faults = strict, 0

    def say(self, is_well, text):
        self.faults += not is_well
        print(f"{'ok   ' if is_well else 'WRONG'} {text}")

    def absent(self, text):
        self.faults += self.strict
        print(f"{'WRONG' if self.strict else '-    '} {text}")


def judge(check, worlds, report):
    """Runs one check in every world that it applies to, and reports the result."""
    rows = []
    for name, truth, db in worlds:
        if check.world in ("both", "null" if truth["is_null"] else "planted"):
            try:
                found = db.execute(check.query.format(**truth)).fetchall()
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                return report.absent(f"{check.kind} {check.name}: {str(error).splitlines()[0]}")
            rows += [(name, *row) for row in found]
    if check.kind == "rank":
        wrong = [name for name, holds in rows if holds is not True]
        return report.say(rows and not wrong, f"{check.name}" + (f": not in {', '.join(wrong)}" if wrong else "") +
                          ("" if rows else ": no row"))
    rows = [row for row in rows if row[-1] is not None]
    if check.kind == "size":
        outside = [f"{name} {item}: {true:.4f} is not in [{low:.4f}, {high:.4f}]"
                   for name, item, true, low, high in rows if not low <= true <= high]
        text = f"{check.name}: {len(outside)} of {len(rows)} intervals miss the true size, at most {allowed(len(rows))} may"
    else:
        outside = [f"{name} {item}" for name, item, is_significant in rows if is_significant]
        text = f"{check.name}: {len(outside)} of {len(rows)} false findings, at most {allowed(len(rows))} allowed"
    if not rows:
        return report.absent(f"{check.kind} {check.name}: no row")
    report.say(len(outside) <= allowed(len(rows)), text)
    for line in outside:
        print(f"        {line}")


# The extracts themselves: is the effect in them as large as truth.json says? A fault here is a fault of generate.py.
ANSWERS = """
    create table answers as from read_csv('{extracts}/surveys.csv', sample_size = -1);
    create table orders as
        select customer_id, ordered_at, sum(unit_price) as revenue from read_csv('{extracts}/transactions.csv')
        group by all;
    create table people as
        select r.customer_id, r.responded_at, r.nps, r.trust, r.emotion, t.csat as bad, o.csat as other,
               exists (from orders where orders.customer_id = r.customer_id and ordered_at > r.responded_at
                       and ordered_at <= r.responded_at + interval 365 days)::int as kept
        from answers r
        left join answers t on t.customer_id = r.customer_id and t.touchpoint = '{bad_touchpoint}'
        left join answers o on o.customer_id = r.customer_id and o.touchpoint = 'tracking'
        where r.survey_type = 'relationship';
    create table journeys as
        select customer_id, journey, count(distinct channel) > 1 as is_multichannel
        from read_csv('{extracts}/crm_interactions.csv') where journey in ('purchase', 'delivery', 'support')
        group by all"""

# Name, query of (estimate, standard error), true size.
RAW = [
    ("correlation of the bad touchpoint and nps", "select corr(bad, nps), 1 / sqrt(count(*)) from people",
     lambda truth: math.sqrt(truth["importance"]["touchpoint"]["nps"])),
    ("correlation of the bad touchpoint and retention",
     "select corr(bad, kept), 1 / sqrt(count(*)) from people where customer_id like 'P%'",
     lambda truth: math.sqrt(truth["importance"]["touchpoint"]["retention_12m"])),
    ("correlation of trust and nps", "select corr(trust, nps), 1 / sqrt(count(*)) from people",
     lambda truth: math.sqrt(truth["importance"]["trust"]["nps"])),
    ("correlation of emotion and nps", "select corr(emotion, nps), 1 / sqrt(count(*)) from people", lambda truth: 0),
    ("correlation of another touchpoint and nps", "select corr(other, nps), 1 / sqrt(count(*)) from people",
     lambda truth: 0),
    ("csat of multi-channel purchases", """
        select avg((csat >= 4)::int) filter (is_multichannel) - avg((csat >= 4)::int) filter (not is_multichannel),
               1 / sqrt(count(*)) from answers join journeys using (customer_id, journey)
        where journey = 'purchase'""", lambda truth: truth["multichannel"]["csat_share"]),
    ("csat of multi-channel deliveries", """
        select avg((csat >= 4)::int) filter (is_multichannel) - avg((csat >= 4)::int) filter (not is_multichannel),
               1 / sqrt(count(*)) from answers join journeys using (customer_id, journey)
        where journey = 'delivery'""", lambda truth: 0),
    *[(f"retention of a {group}", f"""
        select avg(kept), 0.5 / sqrt(count(*)) from people where customer_id like 'P%' and {condition}""",
       lambda truth, group=group: truth["retention_12m"][group])
      for group, condition in (("promoter", "nps >= 9"), ("passive", "nps in (7, 8)"), ("detractor", "nps <= 6"))],
    ("growth of those with nps 9", """
        select sum(revenue) filter (ordered_at > responded_at) / sum(revenue) filter (ordered_at <= responded_at) - 1,
               0.8 / sqrt(count(distinct customer_id))
        from people join orders using (customer_id)
        where customer_id like 'P%' and nps = 9 and ordered_at between responded_at - interval 365 days
          and responded_at + interval 365 days""", lambda truth: truth["growth"]["9"]),
]


def check_extracts(name, folder, truth, report):
    db = duckdb.connect()
    db.execute(ANSWERS.format(extracts=folder / "extracts", **truth))
    for what, query, size in RAW:
        estimate, error = db.execute(query).fetchone()
        report.say(abs(estimate - size(truth)) < 4 * error,
                   f"{name}, extracts: {what} is {estimate:.3f}, truly {size(truth):.3f} (standard error {error:.3f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--strict", action="store_true", help="a missing table or column is a fault")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    report, worlds = Report(arguments.strict), []
    for folder in arguments.folders:
        truth = json.loads((folder / "extracts" / "truth.json").read_text())
        check_extracts(folder.name, folder, truth, report)
        worlds.append((folder.name, truth, published(folder, truth)))
    for check in CHECKS:
        judge(check, worlds, report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
