"""The clean rows behind the extracts, and what lojal must find in them: figures computed here, not with lojal.

The people and their purchases are those of sample_data/, drawn with another seed, with costs and rates in euro.
"""
import sys
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "sample_data"))
import shop  # noqa: E402
import voices  # noqa: E402

SEED = shop.SEED = 20250106
KRONOR_PER_EURO = 11.35
FIRST_RATES = {"SEK": 0.0881, "NOK": 0.0863, "DKK": 0.134}
EURO_RATE_E6 = 1_000_000


def make_rows():
    """Clean rows by source, in the terms of the default pipeline, and the persons behind the CRM records."""
    people, customers, _ = shop.make_people()
    products = shop.make_products()
    orders = shop.make_orders(people, products)
    interactions = shop.make_journeys(people)
    rows = {"crm_customers": customers, "crm_interactions": interactions,
            "transactions": shop.transaction_rows(orders), "products": [row for row, _ in products],
            "surveys": voices.make_surveys(people), "survey_invitations": voices.make_invitations(people),
            "employee_surveys": voices.make_employee_surveys(people),
            "loyalty_events": shop.make_loyalty_events(people),
            "activity_costs": shop.make_activity_costs(interactions, orders), "exchange_rates": make_rates()}
    for source, column in (("crm_customers", "acquisition_cost"), ("products", "unit_cost"),
                           ("activity_costs", "pool_cost")):
        for row in rows[source]:
            row[column] = f"{float(row[column]) / KRONOR_PER_EURO:.2f}"
    return rows, people


def make_rates():
    """Euro per unit, drifting from quarter to quarter."""
    rng, rows = Random(f"{SEED} rates"), []
    for currency, rate in FIRST_RATES.items():
        for day in shop.RATE_DAYS:
            rows.append({"currency": currency, "valid_from": day, "rate": f"{rate:.6f}"})
            rate *= rng.uniform(0.97, 1.03)
    return rows


def minor(text):
    """An amount with two decimals in hundredths."""
    units, cents = text.split(".")
    return int(units) * 100 + int(cents)


def in_euro(amount, currency, day, rates):
    """Minor units of a currency in cents, at the rate in force on the day, rounded half up."""
    rate = EURO_RATE_E6
    if currency != "EUR":
        rate = max((start, e6) for start, e6 in rates[currency] if start <= day)[1]
    return (amount * rate + 500_000) // 1_000_000


def first_of_month(day):
    return f"{day:%Y-%m}-01"


def make_truth(rows, people):
    """Figures that the published tables must have, to the cent."""
    rates = defaultdict(list)
    for row in rows["exchange_rates"]:
        rates[row["currency"]].append((row["valid_from"], round(float(row["rate"]) * 1_000_000)))
    months = defaultdict(lambda: {"orders": set(), "net_revenue_minor": 0})
    for row in rows["transactions"]:
        day = row["ordered_at"].date()
        month = months[first_of_month(day)]
        charged = row["quantity"] * minor(row["unit_price"]) - minor(row["discount"])
        net = in_euro(charged, row["currency"], day, rates)
        month["net_revenue_minor"] += -net if row["is_return"] else net
        if not row["is_return"]:
            month["orders"].add(row["transaction_id"])
    answers = defaultdict(list)
    for row in rows["surveys"]:
        if row["survey_type"] == "relationship" and row["nps"] is not None:
            answers[first_of_month(row["responded_at"])].append(row["nps"])
    contacts = defaultdict(lambda: {"contacts": 0, "minutes_e2": 0})
    for row in rows["crm_interactions"]:
        contact = contacts[row["touchpoint"]]
        contact["contacts"] += 1
        contact["minutes_e2"] += round(float(row["duration_minutes"] or 0) * 100)
    points = {kind: sum(row["points"] or 0 for row in rows["loyalty_events"] if row["kind"] == kind)
              for kind in ("earn", "redeem")}
    return {
        "customers": len(people),
        "countries": dict(sorted(Counter(person.city[1] for person in people).items())),
        "customer_records": len(rows["crm_customers"]),
        "order_lines": len(rows["transactions"]),
        "orders": sum(len(month["orders"]) for month in months.values()),
        "net_revenue_minor": sum(month["net_revenue_minor"] for month in months.values()),
        "months": {name: {"orders": len(month["orders"]), "net_revenue_minor": month["net_revenue_minor"]}
                   for name, month in sorted(months.items())},
        "contacts": dict(sorted(contacts.items())),
        "relationship_nps": {name: {"responses": len(scores), "promoters": sum(score >= 9 for score in scores),
                                    "detractors": sum(score <= 6 for score in scores)}
                             for name, scores in sorted(answers.items())},
        "points_earned": points["earn"], "points_redeemed": points["redeem"],
    }
