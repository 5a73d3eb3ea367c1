#!/usr/bin/env python3
"""Recomputes journeys from the raw extracts in a loop over each person's events, and compares the published ones.

    python benches/journey_oracle.py EXTRACTS WAREHOUSE [--as-of 2025-12-31] [--rules sql/journeys/journeys.yml]

It shares only the lookups and customer_identities with the SQL: events come from the CSV files, a small state machine
cuts them into journeys, and purchases are found by bisection. It compares, journey by journey: start, end, status,
counts, channels, path, repeat contacts, outcome, purchase within 90 days, and mean scores with their numbers of
answers. Needs duckdb and pyyaml.
"""
import argparse
import bisect
import collections
import datetime
import zoneinfo
from pathlib import Path

import duckdb
import yaml

DAY = 86_400
ZONE = zoneinfo.ZoneInfo("Europe/Stockholm")
TWO_WAY = ("phone", "chat", "store")
SHOWN = 10


def read_rules(path):
    """Time-outs, completions, roles and outcomes, with the lists in the rows expanded."""
    lookups = yaml.safe_load(Path(path).read_text(encoding="utf-8"))["lookups"]
    rules = {row["journey"]: row for row in lookups["journey_rules"]["rows"]}
    roles, outcomes = {}, collections.defaultdict(list)
    for row in lookups["journey_touchpoints"]["rows"]:
        for touchpoint in listed(row["touchpoint"]):
            roles[row["event"], touchpoint, row["channel"], row["journey"]] = row["role"]
    for row in lookups["journey_outcomes"]["rows"]:
        for journey in listed(row["journey"]):
            outcomes[journey].append((row["priority"], row["outcome"], row["event"], row["touchpoint"], row["within_days"]))
    return rules, roles, {journey: sorted(rows) for journey, rows in outcomes.items()}


def listed(value):
    return value if isinstance(value, list) else [value]


def instant(local):
    """Seconds from 1970 to a wall-clock time."""
    return local.replace(tzinfo=ZONE).timestamp()


def read_events(extracts, keys, all_answers, closing):
    """Each person's events: (instant, kind, id, event, touchpoint, channel, journey, two-way)."""
    events = collections.defaultdict(list)

    def add(customer, at, *rest):
        at = instant(at)
        if customer in keys and at < closing:
            events[keys[customer]].append((at, *rest))

    contacts = f"read_csv('{extracts}/crm_interactions*.csv', all_varchar = true)"
    for number, customer, at, channel, touchpoint, journey, agent in duckdb.sql(
            f"select interaction_id::bigint, customer_id, occurred_at::timestamp, channel, touchpoint, journey, agent_id from {contacts}"
    ).fetchall():
        two_way = channel in TWO_WAY or (channel == "email" and agent is not None)
        add(customer, at, 1, number, "contact", touchpoint, channel, journey, two_way)
    lines = f"read_csv('{extracts}/transactions*.csv', all_varchar = true)"
    for number, customer, at, channel, is_return in duckdb.sql(
            "select transaction_id::bigint, min(customer_id), min(ordered_at::timestamp), min(channel), "
            f"bool_and(is_return::boolean) from {lines} group by 1").fetchall():
        event = "return" if is_return else "order"
        add(customer, at, 3 if is_return else 2, number, event, event, channel, None, False)
    for key, answers in all_answers.items():
        for at, number, survey_type, touchpoint, *_ in answers:
            name = touchpoint or "unknown" if survey_type == "touchpoint" else "relationship"
            events[key].append((at, 4, number, "survey", name, None, None, False))
    for history in events.values():
        history.sort(key=lambda event: event[:3])
    return events


def read_answers(extracts, keys, owners, closing):
    """Each person's answers: (instant, id, survey type, touchpoint, journey, order_id, scores); under None the rest."""
    answers = collections.defaultdict(list)
    surveys = f"read_csv('{extracts}/surveys*.csv', all_varchar = true, quote = '\"')"
    named = "order_id" in duckdb.sql(f"from {surveys} limit 0").columns
    for number, customer, email, at, survey_type, touchpoint, journey, order, *scores in duckdb.sql(
            "select response_id::bigint, customer_id, email, responded_at::timestamp, survey_type, touchpoint, journey, "
            f"{'order_id::bigint' if named else 'null'}, nps::int, csat::int, ces::int from {surveys}").fetchall():
        key = keys.get(customer) or owners.get((email or "").strip().lower())
        at = instant(at)
        if at < closing:
            answers[key].append((at, number, survey_type, touchpoint, journey, order, scores))
    return answers


def roles_of(event, rules, roles):
    """The journeys of an event and its role in each."""
    _, _, _, name, touchpoint, channel, journey, _ = event
    found = {}
    for candidate in rules:
        for t, c in ((touchpoint, channel), (touchpoint, "any"), ("any", channel), ("any", "any")):
            if (name, t, c, candidate) in roles:
                found[candidate] = roles[name, t, c, candidate]
                break
    return found or ({journey: "within"} if name == "contact" and journey else {})


def cut(history, rules, roles):
    """Lists of (event, role), one per journey that the person went through."""
    open_journeys, done = {}, []
    for event in history:
        for journey, role in roles_of(event, rules, roles).items():
            current = open_journeys.get(journey)
            time_out = rules.get(journey, rules["any"])["time_out_days"] * DAY
            if current is None or event[0] - current[-1][0][0] > time_out or (
                    role != "within" and any(earlier == "end" for _, earlier in current)):
                current = open_journeys[journey] = []
                done.append((journey, current))
            current.append((event, role))
    return done


def outcome_of(journey, steps, history, outcomes, closing):
    ended = steps[-1][0][0]
    rows = outcomes.get(journey, outcomes.get("any", []))
    for _, name, event, touchpoint, days in rows:
        for other in history:
            fits = other[3] == event and touchpoint in (other[4], "any")
            if fits and (ended < other[0] <= ended + days * DAY or any(other is step for step, _ in steps)):
                return name
    return "none" if closing - ended > max((row[4] for row in rows), default=0) * DAY else None


def journey_rows(extracts, warehouse, pipeline, closing):
    rules, roles, outcomes = read_rules(pipeline)
    identities = f"{warehouse}/current/restricted/customer_identities/*.parquet"
    keys = dict(duckdb.sql(f"select source_id, customer_key from '{identities}' "
                           "where source = 'crm_customers' and known_to is null").fetchall())
    crm = f"read_csv('{extracts}/crm_customers*.csv', all_varchar = true)"
    owners = {}
    for email, customer in duckdb.sql(f"select lower(trim(email)), customer_id from {crm} where trim(email) <> ''").fetchall():
        if customer not in keys:
            continue
        owners[email] = min(owners.get(email, keys[customer]), keys[customer])
    answers = read_answers(extracts, keys, owners, closing)
    anonymous = answers.pop(None, [])
    events = read_events(extracts, keys, answers, closing)
    by_order = collections.defaultdict(list)
    for answer in anonymous:
        by_order[answer[5]].append(answer)
    for key, history in events.items():
        orders = [event[0] for event in history if event[3] == "order"]
        found = cut(history, rules, roles)
        journeys_of = collections.defaultdict(list)
        for place, (journey, steps) in enumerate(found):
            for event, _ in steps:
                journeys_of[event[3], event[2]].append((journey, place))
        scores = collections.defaultdict(list)
        bought = {number for kind, number in journeys_of if kind in ("order", "return")}
        about_orders = [answer for number in bought for answer in by_order.get(number, [])]
        for own, is_known in ((answers.get(key, []), True), (about_orders, False)):
            for answer in own:
                for place in places_of(answer, is_known, history, journeys_of):
                    scores[place].append(answer[6])
        for place, (journey, steps) in enumerate(found):
            yield journey_row(key, journey, steps, history, orders, scores[place], rules, outcomes, closing)


def places_of(answer, is_known, history, journeys_of):
    """The journeys that an answer counts in: as a step, else of its contact, else of its order or return."""
    at, number, survey_type, touchpoint, journey, order, _ = answer
    about = [event for event in history if event[3] == "contact" and event[4] == touchpoint
             and at - 30 * DAY <= event[0] <= at] if is_known and survey_type == "touchpoint" else []
    ties = [("survey", number)] + [("contact", event[2]) for event in about[-1:]]
    purchases = [("order", order), ("return", order)]
    purchases.sort(key=lambda tie: journey not in [name for name, _ in journeys_of.get(tie, [])])
    for tie in ties + purchases:
        if tie in journeys_of:
            return [place for _, place in journeys_of[tie]]
    return []


def journey_row(key, journey, steps, history, orders, scores, rules, outcomes, closing):
    first, last = steps[0][0][0], steps[-1][0][0]
    contacts = [event for event, _ in steps if event[3] == "contact"]
    path = [event[4] if event[3] == "contact" else event[3] for event, _ in steps]
    path = [name for place, name in enumerate(path) if place == 0 or name != path[place - 1]]
    after = bisect.bisect_right(orders, last)
    bought = after < len(orders) and orders[after] <= last + 90 * DAY
    rule = rules.get(journey, rules["any"])
    ended = any(role == "end" for _, role in steps)
    is_over = closing - last > rule["time_out_days"] * DAY
    two_way = sum(event[7] for event in contacts)
    given = scores
    return (key, journey, first, last, "completed" if ended and rule["completion"] == "end" else "timed out" if is_over else "open",
            len(steps), len(contacts), ", ".join(sorted({event[5] for event, _ in steps if event[5]})),
            " > ".join(path[:SHOWN]) + (" > ..." if len(path) > SHOWN else ""), max(two_way - 1, 0),
            outcome_of(journey, steps, history, outcomes, closing),
            True if bought else False if closing - last > 90 * DAY else None,
            *(mean([answer[which] for answer in given if answer[which] is not None]) for which in range(3)),
            *(sum(answer[which] is not None for answer in given) for which in range(3)))


def mean(values):
    """To two decimals, halves away from zero."""
    return (200 * sum(values) + len(values)) // (2 * len(values)) / 100 if values else None


def published_rows(warehouse):
    return duckdb.sql(
        "select customer_key, journey, epoch_us(started_at) / 1e6, epoch_us(ended_at) / 1e6, status, touchpoint_count, "
        "contact_count, coalesce(channels, ''), path, repeat_contacts, outcome, purchase_within_90d, "
        "nps_score_mean::double, csat_score_mean::double, ces_score_mean::double, nps_responses, csat_responses, "
        f"ces_responses from '{warehouse}/current/journeys/*.parquet'").fetchall()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extracts")
    parser.add_argument("warehouse")
    parser.add_argument("--as-of", default="2025-12-31", type=datetime.date.fromisoformat)
    parser.add_argument("--rules", default=Path(__file__).parent.parent / "sql/journeys/journeys.yml")
    args = parser.parse_args()
    closing = instant(datetime.datetime.combine(args.as_of + datetime.timedelta(days=1), datetime.time()))
    expected = collections.Counter(journey_rows(args.extracts, args.warehouse, args.rules, closing))
    found = collections.Counter(published_rows(args.warehouse))
    missing, added = expected - found, found - expected
    for journey in sorted({row[1] for row in expected | found}):
        count, bought = (sum(n for row, n in rows.items() if row[1] == journey) for rows in (expected, missing))
        print(f"{journey}: {count} journeys, {bought} differ")
    for name, rows in (("expected", missing), ("published", added)):
        for row in sorted(rows, key=str)[:5]:
            print(f"only {name}: {row}")
    raise SystemExit(1 if missing or added else 0)


if __name__ == "__main__":
    main()
