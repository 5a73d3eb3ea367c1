"""The flaws of the sample extracts: which rows are spoilt, how, and how lojal handles them.

Rejects stay below 1 % of each extract, so that a run with the default limits passes.
"""
from collections import Counter
from dataclasses import dataclass
from datetime import datetime


@dataclass
class Flaw:
    """Rows spoilt on purpose: groups of rows of one extract, and how lojal handles them."""
    extract: str
    what: str
    groups: list
    outcome: str  # starts with `rejected` or `duplicate` where the rows are not loaded

    def counts_as(self, outcome):
        return len(self.groups) if self.outcome.startswith(outcome) else 0


def add_flaws(stream, extracts, people, duplicated):
    """Spoils chosen rows of each extract, in place, and returns what was done."""
    rng = stream("flaws")
    return [*describe_duplicates(duplicated),
            *spoil_customers(rng, people),
            *spoil_interactions(rng, extracts["crm_interactions"]),
            *spoil_transactions(rng, extracts["transactions"]),
            *spoil_surveys(rng, extracts["surveys"]),
            *spoil_loyalty_events(extracts["loyalty_events"]),
            *spoil_invitations(stream("flaws of invitations"), extracts["survey_invitations"]),
            *spoil_employee_surveys(stream("flaws of employees"), extracts["employee_surveys"])]


def describe_duplicates(duplicated):
    """The people with several CRM records, by what ties the records."""
    records = {tie: [person.records for person in people] for tie, people in duplicated.items()}
    return [
        Flaw("crm_customers", "a person twice: the same e-mail in other case or with stray spaces", records["e-mail"],
             "one `customer_key`, matched by e-mail"),
        Flaw("crm_customers", "a person twice: an e-mail with Swedish letters, once in capitals", records["swedish"],
             "one `customer_key`: lower case is Unicode's, not ASCII's"),
        Flaw("crm_customers", "a person twice: the same phone number in another format", records["phone"],
             "one `customer_key`, matched by phone"),
        Flaw("crm_customers", "a person three times: the first two records share an e-mail, the last two a phone",
             records["chain"], "one `customer_key` for all three: shared keys are followed to the end"),
    ]


def spoil(row, **cells):
    """Overwrites cells of a row; returns it as a group of one."""
    row.update(cells)
    return [row]


def spoil_customers(rng, people):
    """Records of people who never did anything, so that each rejected row affects nothing else."""
    decimal, day = rng.sample([person.records[0] for person in people if person.profile == "unseen"], 2)
    return [
        Flaw("crm_customers", "`acquisition_cost` is `89,50 kr`", [spoil(decimal, acquisition_cost="89,50 kr")],
             "rejected: not a decimal"),
        Flaw("crm_customers", "`signup_date` is `2025-02-30`", [spoil(day, signup_date="2025-02-30")],
             "rejected: no such day"),
    ]


def spoil_interactions(rng, interactions):
    minutes, moment, orphan, *nameless = rng.sample([row for row in interactions if row["duration_minutes"]], 18)
    return [
        Flaw("crm_interactions", "`duration_minutes` is `ca 10`", [spoil(minutes, duration_minutes="ca 10")],
             "rejected: not a decimal"),
        Flaw("crm_interactions", "`occurred_at` is empty", [spoil(moment, occurred_at=None)],
             "rejected: a required value is missing"),
        Flaw("crm_interactions", "`customer_id` is empty", [spoil(row, customer_id=None) for row in nameless],
             "kept: counts for the touchpoint, belongs to no person; its cost to serve is on `unidentified`"),
        Flaw("crm_interactions", "`customer_id` is not in the CRM", [spoil(orphan, customer_id="C90000001")],
             "kept, like the ones with no `customer_id`"),
    ]


def spoil_transactions(rng, transactions):
    """Second lines of orders of steady customers, so that no order vanishes but the one in dollars."""
    lines_of = Counter(row["customer_id"] for row in transactions)
    steady = [row for row in transactions
              if row["line_no"] == 2 and row["customer_id"] and lines_of[row["customer_id"]] > 20]
    in_march = next(row for row in steady if row["ordered_at"] >= datetime(2025, 3, 1))
    steady.remove(in_march)
    price, quantity, ragged, twice, dollars, *unlisted = rng.sample(steady, 8)
    in_dollars = [row for row in transactions if row["transaction_id"] == dollars["transaction_id"]]
    del ragged["is_return"]
    again = dict(twice)
    transactions.insert(transactions.index(twice) + 7, again)  # a few lines further down
    return [
        Flaw("transactions", "`unit_price` is `149,90`, with a decimal comma", [spoil(price, unit_price="149,90")],
             "rejected: not a decimal"),
        Flaw("transactions", "`ordered_at` is on 2025-02-30",
             [spoil(in_march, ordered_at=f"2025-02-30 {in_march['ordered_at']:%H:%M:%S}")], "rejected: no such day"),
        Flaw("transactions", "the last field, `is_return`, is missing", [[ragged]],
             "rejected: a ragged row, 12 fields where the header has 13"),
        Flaw("transactions", "`quantity` is empty", [spoil(quantity, quantity=None)],
             "rejected: a required value is missing"),
        Flaw("transactions", "`currency` is `USD`, for which there is no rate",
             [spoil(row, currency="USD") for row in in_dollars], "rejected: not an accepted value"),
        Flaw("transactions", "an exact copy of an earlier row", [[twice, again]],
             "duplicate: counted, and loaded once"),
        Flaw("transactions", "`product_id` is not in products.csv",
             [spoil(row, product_id="P00999") for row in unlisted],
             "kept, with a warning: revenue counts; the cost of goods is null in orders, and 0 in sums by customer"),
        Flaw("transactions", "`customer_id` is empty", [[row] for row in transactions if not row["customer_id"]],
             "kept: the revenue is on `unidentified`"),
        Flaw("transactions", "`customer_id` is not in the CRM",
             [[row] for row in transactions if (row["customer_id"] or "").startswith("C9")],
             "kept: the revenue is on `unidentified`"),
    ]


def spoil_surveys(rng, surveys):
    relationship = [row for row in surveys if row["survey_type"] == "relationship" and row["customer_id"]]
    touchpoint = [row for row in surveys if row["csat"] and row["customer_id"]]
    eleven, word = rng.choice(relationship), rng.choice(touchpoint)
    strangers = rng.sample([row for row in surveys if row["email"] and not row["customer_id"]], 3)
    for number, row in enumerate(strangers, start=1):
        row["email"] = f"okand{number}@example.com"
    return [
        Flaw("surveys", "`nps` is 11, off the scale", [spoil(eleven, nps=11)], "rejected: above 10"),
        Flaw("surveys", "`csat` is `bra`", [spoil(word, csat="bra")], "rejected: not an integer"),
        Flaw("surveys", "no `customer_id`, only an e-mail",
             [[row] for row in surveys if not row["customer_id"] and row not in strangers],
             "kept: belongs to the person with that e-mail, in any case"),
        Flaw("surveys", "an e-mail that is not in the CRM", [[row] for row in strangers],
             "kept: counts in `cx_metrics`, belongs to no person"),
        Flaw("surveys", "comments with line breaks, commas and quotes",
             [[row] for row in surveys if "\n" in (row["comment"] or "")],
             "kept: a quoted value may span lines; the line given is where its row begins"),
    ]


def spoil_loyalty_events(events):
    redeemed = [row for row in events if row["kind"] == "redeem"]
    return [
        Flaw("loyalty_events", "`customer_id` is empty", [spoil(redeemed[len(redeemed) // 2], customer_id=None)],
             "kept: what the points cost is on `unidentified`"),
    ]


def spoil_invitations(rng, invitations):
    twice, unknown, orphan, *nameless = rng.sample(invitations, 5)
    again = dict(twice)
    invitations.insert(invitations.index(twice) + 3, again)
    return [
        Flaw("survey_invitations", "an exact copy of an earlier invitation", [[twice, again]],
             "duplicate: counted, and loaded once"),
        Flaw("survey_invitations", "`survey_type` is `relation`", [spoil(unknown, survey_type="relation")],
             "rejected: not an accepted value"),
        Flaw("survey_invitations", "`customer_id` is empty", [spoil(row, customer_id=None) for row in nameless],
             "kept: counts as an invitation, belongs to no person"),
        Flaw("survey_invitations", "`customer_id` is not in the CRM", [spoil(orphan, customer_id="C90000002")],
             "kept, like the ones with no `customer_id`"),
    ]


def spoil_employee_surveys(rng, answers):
    """The unit with few answers keeps them all."""
    large = [row for row in answers if row["unit"] != "S006"]
    eleven, *stray = rng.sample(large, 3)
    return [
        Flaw("employee_surveys", "`engagement` is 11, off the scale", [spoil(eleven, engagement=11)],
             "rejected: above 10"),
        Flaw("employee_surveys", "`unit` is `S099`, where nothing was sold", [spoil(row, unit="S099") for row in stray],
             "kept: a unit without customers, and with too few answers to be shown"),
    ]
