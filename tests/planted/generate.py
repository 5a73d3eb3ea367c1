#!/usr/bin/env python3
"""Writes extracts in which effects of known size are planted, and truth.json with those sizes.

    generate.py --out DIR [--seed 1] [--customers 1200] [--null] [--treated FILE]

- A touchpoint with a low score, delay_notice, lowers loyalty: relationship NPS and 12-month retention. Trust moves only
  NPS. The other touchpoints and emotion have no influence: their scores are drawn independently.
- `purchase` journeys over several channels score worse; other journeys do not.
- The higher a customer's NPS, the more of their earlier spending comes back in the year after the answer.
- A unit's engagement moves its customers' answers in the quarter after, and in no other.
- Treated customers come back more often. The first run decides who is treated: with --treated, a CSV with their
  customer_id, the events from the first as-of day to the second are written too.

With --null all of these are drawn the same way and have no effect. Scores share no common mood: an effect that is not
planted is exactly zero. Needs only Python 3.10; the same arguments write the same bytes.
"""
import argparse
import csv
import json
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

FIRST_AS_OF, SECOND_AS_OF = date(2025, 11, 30), date(2026, 3, 8)  # the windows of 90 days are over by then
# Two waves of relationship answers: one whose following year is known at the first as-of day, and a recent one, because
# priorities are about the last 12 months. First signup, first and last answer.
PAST = "P", date(2022, 7, 1), date(2024, 10, 15), date(2024, 11, 20)
LATE = "L", date(2024, 1, 1), date(2025, 9, 20), date(2025, 11, 29)

BAD_TOUCHPOINT, MULTICHANNEL_JOURNEY = "delay_notice", "purchase"
# journey: days before the relationship answer, and its touchpoints: (name, channels it comes in)
JOURNEYS = {
    "purchase": (60, (("product_page", ("web", "app")), ("checkout", ("web", "app")), ("payment", ("web", "app")))),
    "delivery": (56, (("tracking", ("email", "app")), (BAD_TOUCHPOINT, ("email", "app")),
                      ("home_delivery", ("email", "app")))),
    "support": (20, (("help_pages", ("web", "app")), ("live_chat", ("web", "app")))),
}
UNITS = [f"S{number:03d}" for number in range(1, 21)]
# Quarters of employee answers: one level each, which affects customers in the quarter after.
QUARTERS = [date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1)]
EMPLOYEES = 12  # answers of a unit in a quarter
TOUCHPOINT_RESPONSE, RELATIONSHIP_RESPONSE = 0.95, 0.90
COMES_BACK = 0.20  # in the weeks after the first as-of day, untreated
BACK_DAYS = 2, 26  # after the first as-of day
TRUTH_PEOPLE = 80_000  # simulated customers from which the true sizes are computed


@dataclass(frozen=True)
class Effects:
    """Sizes on the latent scales, before answers are rounded."""
    nps_by_touchpoint: float = 1.3   # steps of NPS per standard deviation of the bad touchpoint
    nps_by_trust: float = 0.8        # steps of NPS per standard deviation of trust
    retention_by_touchpoint: float = 0.8  # log odds of an order within a year, per standard deviation
    multichannel_csat: float = -0.6  # steps of csat
    spending_by_nps: float = 0.08    # of the earlier spending, per step above 7
    csat_by_engagement: float = 0.4  # steps of csat per standard deviation of the unit's engagement a quarter before
    uplift: float = 0.35             # of the share that comes back


NOTHING = Effects(0, 0, 0, 0, 0, 0, 0)


def clamp(value, low, high):
    return max(low, min(high, round(value)))


def at_day(rng, day):
    """A moment in the opening hours of a day."""
    return datetime.combine(day, datetime.min.time()) + timedelta(seconds=9 * 3600 + rng.randrange(10 * 3600))


def money(value):
    return f"{value:.2f}"


# One customer: experience, answers, retention


def experience(rng, effects):
    """The scores, attitudes, NPS and loyalty of a customer, all from the latent variables they depend on."""
    bad, trust, emotion, other = (rng.gauss(0, 1) for _ in range(4))
    scores, multichannel = {}, {}
    for journey, (_, touchpoints) in JOURNEYS.items():
        multichannel[journey] = rng.random() < 0.5
        shift = effects.multichannel_csat if journey == MULTICHANNEL_JOURNEY and multichannel[journey] else 0
        for name, _ in touchpoints:
            level = 2.6 + 0.9 * bad + rng.gauss(0, 0.3) if name == BAD_TOUCHPOINT else 3.7 + shift + rng.gauss(0, 0.95)
            scores[name] = clamp(level, 1, 5)
    # Noise replaces what is not planted, so that answers have the same spread with and without effects.
    planted = effects.nps_by_touchpoint * bad + effects.nps_by_trust * trust
    noise = math.sqrt(1.0 + (1.3**2 - effects.nps_by_touchpoint**2) + (0.8**2 - effects.nps_by_trust**2))
    feeling = 7.2 + planted + noise * other
    nps = clamp(feeling, 0, 10)
    retention = 1 / (1 + math.exp(-(0.9 + effects.retention_by_touchpoint * bad)))
    return {
        "scores": scores, "multichannel": multichannel, "feeling": feeling, "nps": nps,
        "trust": clamp(6.4 + 1.6 * trust + rng.gauss(0, 0.4), 1, 10),
        "emotion": clamp(6.2 + 1.8 * emotion + rng.gauss(0, 0.4), 1, 10),
        "is_retained": rng.random() < retention, "spending": 1 + effects.spending_by_nps * (nps - 7)}


# The extracts


class Extracts:
    """Collects the rows of each extract."""

    COLUMNS = {
        "crm_customers": "customer_id email phone first_name last_name birth_date postal_code city country signup_date "
                         "acquisition_channel acquisition_cost marketing_consent loyalty_member loyalty_joined_at",
        "crm_interactions": "interaction_id customer_id occurred_at channel touchpoint journey duration_minutes agent_id "
                            "store_id",
        "transactions": "transaction_id line_no customer_id ordered_at channel store_id product_id category quantity "
                        "unit_price discount currency is_return",
        "products": "product_id category unit_cost",
        "surveys": "response_id email customer_id responded_at survey_type journey touchpoint nps csat ces comment "
                   "satisfaction expectation ideal trust emotion",
        "survey_invitations": "customer_id survey_type sent_at channel",
        "employee_surveys": "unit responded_at engagement enps",
        "loyalty_events": "customer_id occurred_at kind points",
    }

    def __init__(self):
        self.rows = {extract: [] for extract in self.COLUMNS}

    def add(self, extract, **cells):
        self.rows[extract].append(cells)

    def number(self, extract):
        return len(self.rows[extract]) + 1

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for extract, columns in self.COLUMNS.items():
            with open(folder / f"{extract}.csv", "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns.split(), lineterminator="\n")
                writer.writeheader()
                writer.writerows(self.rows[extract])

    def customer(self, rng, kind, signup):
        customer_id = f"{kind}{self.number('crm_customers'):06d}"
        is_member = rng.random() < 0.4
        joined = signup + timedelta(days=rng.randint(1, 40))
        self.add("crm_customers", customer_id=customer_id, email=f"{customer_id.lower()}@example.com",
                 first_name="Test", last_name=customer_id, birth_date=date(1950 + rng.randrange(50), 1, 1),
                 postal_code="11122", city="Stockholm", country="SE", signup_date=signup,
                 acquisition_channel=rng.choice(["search", "social", "store"]), acquisition_cost=money(50),
                 marketing_consent="true", loyalty_member=str(is_member).lower(),
                 loyalty_joined_at=joined if is_member else None)
        if is_member:
            self.add("loyalty_events", customer_id=customer_id, occurred_at=at_day(rng, joined), kind="join")
        return customer_id

    def order(self, rng, customer_id, at, factor=1.0, store=None, channel="web"):
        transaction = self.number("transactions")
        for line in range(1, 1 + rng.choice((1, 1, 2))):
            product = rng.randint(1, 40)
            price = factor * (100 + 10 * product) * rng.lognormvariate(-0.08, 0.4)
            self.add("transactions", transaction_id=transaction, line_no=line, customer_id=customer_id, ordered_at=at,
                     channel="store" if store else channel, store_id=store, product_id=f"P{product:03d}",
                     category=f"K{product % 4}", quantity=1, unit_price=money(price), discount="0.00", currency="SEK",
                     is_return="false")

    def contact(self, rng, customer_id, at, channel, touchpoint, journey, store=None):
        self.add("crm_interactions", interaction_id=self.number("crm_interactions"), customer_id=customer_id,
                 occurred_at=at, channel=channel, touchpoint=touchpoint, journey=journey,
                 duration_minutes=rng.randint(1, 9), store_id=store)

    def answer(self, customer_id, at, survey_type, **cells):
        self.add("surveys", response_id=self.number("surveys"), customer_id=customer_id, responded_at=at,
                 survey_type=survey_type, **cells)

    def invite(self, customer_id, at, survey_type):
        self.add("survey_invitations", customer_id=customer_id, survey_type=survey_type, sent_at=at, channel="email")


def customer(rng, extracts, effects, engagement, wave):
    """A customer who bought, went through every journey, rated it and, in the past wave, stayed or left."""
    kind, first_signup, first_answer, last_answer = wave
    customer_id = extracts.customer(rng, kind, first_signup + timedelta(days=rng.randrange(270)))
    felt = experience(rng, effects)
    store = rng.choice(UNITS)
    answered = at_day(rng, first_answer + timedelta(days=rng.randrange((last_answer - first_answer).days + 1)))
    for journey, (days_before, touchpoints) in JOURNEYS.items():
        begins = answered - timedelta(days=days_before)
        channel = go_through(rng, extracts, customer_id, journey, touchpoints, felt, begins)
        if journey == "purchase":
            extracts.order(rng, customer_id, begins + timedelta(hours=4), channel=channel)
    if wave is PAST:
        # Growth is of customers who had bought before the year before their answer. Other draws stay as they are.
        first = Random(customer_id)
        extracts.order(first, customer_id, answered - timedelta(days=first.randint(430, 500)))
    earlier_orders = rng.randint(1, 4)
    moments = [answered - timedelta(days=rng.randint(80, 350)) for _ in range(earlier_orders)]
    if wave is PAST and felt["is_retained"]:
        moments += [answered + timedelta(days=rng.randint(10, 350)) for _ in range(earlier_orders + 1)]
    for at in moments:
        in_store = store if rng.random() < 0.4 else None
        extracts.order(rng, customer_id, at, felt["spending"] if at > answered else 1.0, in_store)
    extracts.invite(customer_id, answered - timedelta(hours=20), "relationship")
    if rng.random() < RELATIONSHIP_RESPONSE:
        index = {item: clamp(felt["feeling"] + rng.gauss(0, 0.8), 1, 10) for item in
                 ("satisfaction", "expectation", "ideal")}
        extracts.answer(customer_id, answered, "relationship", nps=felt["nps"], trust=felt["trust"],
                        emotion=felt["emotion"], **index)
    visit_stores(rng, extracts, effects, engagement, customer_id, store)


def go_through(rng, extracts, customer_id, journey, touchpoints, felt, at):
    """One journey, an hour or so between its touchpoints, and an answer about each; returns its last channel."""
    first = rng.choice(("web", "app", "email"))
    for place, (touchpoint, channels) in enumerate(touchpoints):
        stays = first if first in channels else channels[0]
        other = next((channel for channel in channels if channel != stays), stays)
        channel = other if felt["multichannel"][journey] and place == len(touchpoints) - 1 else stays
        extracts.contact(rng, customer_id, at, channel, touchpoint, journey)
        extracts.invite(customer_id, at + timedelta(minutes=10), "touchpoint")
        if rng.random() < TOUCHPOINT_RESPONSE:
            csat = felt["scores"][touchpoint]
            extracts.answer(customer_id, at + timedelta(minutes=rng.randint(20, 50)), "touchpoint", journey=journey,
                            touchpoint=touchpoint, csat=csat, ces=clamp(1.4 * csat + rng.gauss(0, 0.7), 1, 7))
        at += timedelta(minutes=rng.randint(60, 80))
    return channel


def visit_stores(rng, extracts, effects, engagement, customer_id, store):
    """Returns in the store, quarter by quarter, and the answers about them.

    None before the second quarter of 2025: at both as-of days, the latest answer of a year ago is from the past wave.
    """
    for before, quarter in zip(QUARTERS, QUARTERS[1:]):
        if rng.random() < 0.5:
            at = at_day(rng, quarter + timedelta(days=rng.randint(15, 59)))
            extracts.contact(rng, customer_id, at, "store", "store_return", "return", store)
            level = 3.5 + effects.csat_by_engagement * engagement[store, before] + rng.gauss(0, 0.9)
            extracts.answer(customer_id, at + timedelta(hours=1), "touchpoint", journey="return",
                            touchpoint="store_return", csat=clamp(level, 1, 5), nps=clamp(2 * level, 0, 10))


def triggered_customers(rng, extracts, people):
    """Customers for the triggers: not surveyed, and in no journey.

    F has bought for the first time; K has complained twice; R, of high value, is at risk after 180 days of silence.
    """
    for number in range(people):
        kind = "FKR"[number % 3]
        if kind == "F":
            customer_id = extracts.customer(rng, kind, FIRST_AS_OF - timedelta(days=rng.randint(7, 20)))
            extracts.order(rng, customer_id, at_day(rng, FIRST_AS_OF - timedelta(days=rng.randint(0, 5))))
            continue
        customer_id = extracts.customer(rng, kind, date(2024, 6, 1) + timedelta(days=rng.randrange(120)))
        silence = rng.randint(182, 191) if kind == "R" else rng.randint(8, 60)
        for days in (silence, *(rng.randint(silence + 1, 350) for _ in range(4))):
            extracts.order(rng, customer_id, at_day(rng, FIRST_AS_OF - timedelta(days=days)), 4.0)
        for days in (rng.randint(10, 25), rng.randint(0, 5)) if kind == "K" else ():
            at = at_day(rng, FIRST_AS_OF - timedelta(days=days))
            extracts.contact(rng, customer_id, at, "phone", "complaint", "support")


def come_back(seed, extracts, effects, treated):
    """Orders between the two as-of days; each customer has a stream of their own, so that treatment changes no draw."""
    for row in extracts.rows["crm_customers"]:
        customer_id = row["customer_id"]
        rng = Random(f"{seed} after {customer_id}")
        share = COMES_BACK + (effects.uplift if customer_id in treated else 0)
        at = at_day(rng, FIRST_AS_OF + timedelta(days=rng.randint(*BACK_DAYS)))
        if rng.random() < share:
            extracts.order(rng, customer_id, at)


def employees(rng, extracts):
    """Engagement of each unit and quarter, in standard deviations, and the answers that reflect it."""
    engagement = {(unit, quarter): rng.gauss(0, 1) for unit in UNITS for quarter in QUARTERS}
    for (unit, quarter), level in engagement.items():
        for _ in range(EMPLOYEES):
            feeling = 6.5 + level + rng.gauss(0, 1.1)
            extracts.add("employee_surveys", unit=unit, responded_at=at_day(rng, quarter + timedelta(days=rng.randrange(60))),
                         engagement=clamp(feeling, 1, 10), enps=clamp(feeling + rng.gauss(0, 1), 0, 10))
    return engagement


# The truth


def correlation(pairs):
    n = len(pairs)
    mean_x, mean_y = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return xy / math.sqrt(sum((x - mean_x) ** 2 for x, _ in pairs) * sum((y - mean_y) ** 2 for _, y in pairs))


def slope(xs, ys):
    mean_x = mean(xs)
    return sum((x - mean_x) * y for x, y in zip(xs, ys)) / sum((x - mean_x) ** 2 for x in xs)


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def category(nps):
    return "promoter" if nps >= 9 else "detractor" if nps <= 6 else "passive"


def mean_of_answers(rng, person, journey):
    """The mean score of a journey over its answered touchpoints."""
    scores = [person["scores"][name] for name, _ in JOURNEYS[journey][1]]
    return mean([score for score in scores if rng.random() < TOUCHPOINT_RESPONSE] or scores)


def truth(effects, arguments):
    """Sizes as the tables define them, from so many simulated customers that their sampling error is negligible.

    Drivers are independent of one another, so the importance of each is the square of its correlation.
    """
    rng = Random("truth")
    people = [experience(rng, effects) for _ in range(TRUTH_PEOPLE)]
    bad = [person["scores"][BAD_TOUCHPOINT] for person in people]
    delivery = [mean_of_answers(rng, person, "delivery") for person in people]
    nps, kept = [person["nps"] for person in people], [int(person["is_retained"]) for person in people]

    kept_spending = [person["is_retained"] * person["spending"] for person in people]

    def r_squared(drivers, target):
        return correlation(list(zip(drivers, target))) ** 2

    def csats(is_multichannel):
        return [person["scores"][name] for person in people for name, _ in JOURNEYS[MULTICHANNEL_JOURNEY][1]
                if person["multichannel"][MULTICHANNEL_JOURNEY] == is_multichannel]

    single, multi = csats(False), csats(True)
    groups = {name: [person for person in people if category(person["nps"]) == name]
              for name in ("promoter", "passive", "detractor")}
    scores = {score: [person for person in people if person["nps"] == score] for score in range(11)}
    return {
        "is_null": effects == NOTHING, "seed": arguments.seed, "customers": arguments.customers,
        "first_as_of": str(FIRST_AS_OF), "second_as_of": str(SECOND_AS_OF),
        "bad_touchpoint": BAD_TOUCHPOINT, "bad_journey": "delivery", "multichannel_journey": MULTICHANNEL_JOURNEY,
        "importance": {
            "touchpoint": {"nps": r_squared(bad, nps), "retention_12m": r_squared(bad, kept)},
            "journey": {"nps": r_squared(delivery, nps), "retention_12m": r_squared(delivery, kept)},
            "trust": {"nps": r_squared([person["trust"] for person in people], nps), "retention_12m": 0.0}},
        "multichannel": {"csat_mean": mean(multi) - mean(single),
                         "csat_share": mean(c >= 4 for c in multi) - mean(c >= 4 for c in single)},
        "retention_12m": {name: mean(person["is_retained"] for person in group) for name, group in groups.items()},
        # Spending of the customers with a score in the year after, as a share of the year before, less 1.
        "growth": {score: mean(person["is_retained"] * person["spending"] for person in group) - 1
                   for score, group in scores.items() if len(group) > 0.02 * TRUTH_PEOPLE},
        "growth_of_all": mean(kept_spending) - 1, "growth_slope": slope(nps, kept_spending),
        # They come back evenly over these days after the first as-of day.
        "uplift": effects.uplift, "back_days": BACK_DAYS,
        "engagement_lag_months": 3 if effects.csat_by_engagement else None,
        "response_rate": {"relationship": RELATIONSHIP_RESPONSE, "touchpoint": TOUCHPOINT_RESPONSE},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the extracts and truth.json")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--customers", type=int, default=1500, help="customers in journeys; triggers get half as many more")
    parser.add_argument("--null", action="store_true", help="plant nothing")
    parser.add_argument("--treated", type=Path, help="CSV with the customer_id of those treated after the first run")
    arguments = parser.parse_args()
    effects = NOTHING if arguments.null else Effects()

    extracts = Extracts()
    for product in range(1, 41):
        extracts.add("products", product_id=f"P{product:03d}", category=f"K{product % 4}",
                     unit_cost=money(0.5 * (100 + 10 * product)))
    engagement = employees(Random(f"{arguments.seed} employees"), extracts)
    rng = Random(f"{arguments.seed} customers")
    for number in range(arguments.customers):
        customer(rng, extracts, effects, engagement, LATE if number % 3 == 0 else PAST)
    triggered_customers(Random(f"{arguments.seed} triggered"), extracts, arguments.customers // 2)
    if arguments.treated:
        with open(arguments.treated, encoding="utf-8", newline="") as file:
            treated = {row["customer_id"] for row in csv.DictReader(file)}
        come_back(arguments.seed, extracts, effects, treated)
    extracts.write(arguments.out)
    (arguments.out / "truth.json").write_text(json.dumps(truth(effects, arguments), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
