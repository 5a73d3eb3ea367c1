"""What people say of the shop: survey answers, the invitations to them, and what its employees say; all clean.

Scores follow the mood of the person and what happened on the way. The items of the index, the invitations and
the employees have random streams of their own, as in shop.py.
"""
from datetime import date, timedelta

from shop import BAD_TOUCHPOINTS, CLOSING, PROSPECTS, clamp, later, stream, time_on, weighted

INDEX_ITEMS = ("satisfaction", "expectation", "ideal", "trust", "emotion")
# An occasion to ask leads to an invitation with this chance, if it was answered and if it was not. The survey tool
# has kept its invitations since FIRST_INVITATION; some answers come through a link that needed none.
INVITED = {"relationship": (0.95, 1.0), "touchpoint": (0.85, 0.3)}
FIRST_INVITATION = date(2025, 1, 1)
INVITATION_CHANNELS = {"email": 75, "app": 15, "sms": 10}

EMPLOYEE_WAVES = (date(2025, 9, 8), date(2025, 10, 6), date(2025, 11, 3), date(2025, 12, 1))
SMALL_UNIT = "S006"  # too few employees for their answers to be shown

COMMENTS = {
    "glad": ["Bra service, tack!", "Snabb leverans", "Enkelt att handla i appen", "Mycket nöjd!", "Toppen",
             "Trevligt bemötande i butiken", "Rekommenderar er gärna till grannarna",
             'Personalen sa "välkommen åter", och det menar jag att bli'],
    "lukewarm": ["Helt okej", "Inget att klaga på", "Priset är lite högt", "Svårt att hitta rätt storlek",
                 "Bra varor, men kön var lång"],
    "cross": ["Väntade för länge i kön", "Paketet kom skadat, missnöjd", "Chatten förstod inte frågan",
              'Personalen sa "vi återkommer", men ingen ringde', "Fakturan var fel.\nRing mig, helst före kl. 12.",
              'Återbetalningen dröjde, "två veckor"\nblev sex.'],
}


def make_surveys(people, order_ids):
    """Relationship answers over the year, and touchpoint answers after journeys. order_ids: transaction_id by order."""
    rng, items = stream("surveys"), stream("survey items")
    answers = [answer for person in people for answer in (*relationship_answers(rng, items, person),
                                                          *touchpoint_answers(rng, person, order_ids))]
    surveys = sorted((answer for answer in answers if answer["responded_at"] <= CLOSING),
                     key=lambda row: row["responded_at"])
    for number, row in enumerate(surveys):
        row["response_id"] = 700_001 + number
    return surveys


def relationship_answers(rng, items, person):
    """Buyers are asked two months after they signed up and twice a year after that; under half answer."""
    if person.profile in PROSPECTS:
        return
    asked = time_on(rng, person.signup + timedelta(days=rng.randint(40, 90)))
    while asked <= CLOSING:
        answered = rng.random() < 0.42
        person.occasions.append(("relationship", asked - timedelta(days=4), asked if answered else None))
        if answered:
            spoilt = any(is_spoilt(rows) and rows[-1]["occurred_at"] < asked for rows in person.journeys)
            score = person.mood + rng.gauss(0, 1.0) - (1.0 if spoilt else 0)
            yield answer(rng, person, asked, "relationship", score, nps=clamp(score, 0, 10),
                         **index_items(items, person, score))
        asked = later(rng, asked, 150 * 24, 210 * 24)


def touchpoint_answers(rng, person, order_ids):
    """Journeys with a bad touchpoint, or over several channels, score worse. About a purchase: the latest order."""
    for rows in person.journeys:
        last = rows[-1]
        if rng.random() > 0.28:
            person.occasions.append(("touchpoint", last["occurred_at"], None))
            continue
        channels = {row["channel"] for row in rows}
        score = person.mood + rng.gauss(0, 1.2) - (2.8 if is_spoilt(rows) else 0) - (0.9 if len(channels) > 1 else 0)
        at = later(rng, last["occurred_at"], 0.1, 72)
        person.occasions.append(("touchpoint", last["occurred_at"], at))
        bought = [order_ids[id(order)] for order in person.orders if order.at <= at]
        about_order = bought and last["journey"] in ("purchase", "delivery", "return")
        yield answer(rng, person, at, "touchpoint", score,
                     journey=last["journey"], touchpoint=last["touchpoint"], order_id=bought[-1] if about_order else None,
                     nps=clamp(score, 0, 10) if rng.random() < 0.3 else None,
                     csat=clamp(score / 2 + rng.gauss(0, 0.5), 1, 5),
                     ces=clamp(score * 0.7 + rng.gauss(0, 0.8), 1, 7) if rng.random() < 0.7 else None)


def index_items(items, person, score):
    """Items on a scale of 1-10, now and then left out: trust lags behind the score, emotion is the person's own."""
    means = {"satisfaction": 0.6 + 0.9 * score, "expectation": 1.2 + 0.75 * score, "ideal": -0.4 + 0.9 * score,
             "trust": 1.4 + 0.35 * score + 0.4 * person.mood, "emotion": 0.6 + 0.8 * person.mood}
    answers = {item: clamp(items.gauss(mean, 1.5 if item == "emotion" else 0.9), 1, 10)
               for item, mean in means.items()}
    return {item: None if items.random() < 0.04 else value for item, value in answers.items()}


def is_spoilt(rows):
    return any(row["touchpoint"] in BAD_TOUCHPOINTS for row in rows)


def answer(rng, person, at, survey_type, score, **given):
    """A row that names its person by e-mail, by customer_id, or by both."""
    record = person.record_at(rng, at)
    named_by = rng.choices(("email", "customer_id", "both"), weights=(35, 40, 25))[0]
    email = record["email"] if named_by != "customer_id" else None
    if email and rng.random() < 0.1:
        email = email.upper()
    tone = "glad" if score >= 8 else "lukewarm" if score >= 6 else "cross"
    return {
        "response_id": None, "email": email,
        "customer_id": record["customer_id"] if named_by != "email" or not email else None, "responded_at": at,
        "survey_type": survey_type, "journey": given.get("journey"), "touchpoint": given.get("touchpoint"),
        "nps": given.get("nps"), "csat": given.get("csat"), "ces": given.get("ces"),
        "comment": rng.choice(COMMENTS[tone]) if rng.random() < 0.3 else None,
        "order_id": given.get("order_id"), **{item: given.get(item) for item in INDEX_ITEMS}}


def make_invitations(people):
    """Invitations at the occasions to ask that `make_surveys` noted; an answer comes some hours or days later."""
    rng, rows = stream("invitations"), []
    for person in people:
        for survey_type, earliest, answered in person.occasions:
            latest = answered or earliest + timedelta(days=2)
            sent = earliest + timedelta(seconds=int((latest - earliest).total_seconds() * rng.random()))
            is_invited = rng.random() < INVITED[survey_type][0 if answered else 1]
            record, channel = person.record_at(rng, sent), weighted(rng, INVITATION_CHANNELS)
            if is_invited and sent.date() >= FIRST_INVITATION and latest <= CLOSING:
                rows.append({"customer_id": record["customer_id"], "survey_type": survey_type, "sent_at": sent,
                             "channel": channel})
    return sorted(rows, key=lambda row: (row["sent_at"], row["customer_id"]))


def make_employee_surveys(people):
    """Answers of each store's employees, wave by wave; they are gladder where the customers are."""
    rng, rows = stream("employees"), []
    for unit in sorted({person.store for person in people}):
        moods = [person.mood for person in people if person.store == unit]
        level = 7.2 + 2 * (sum(moods) / len(moods) - 7.8)
        answers = rng.randint(2, 4) if unit == SMALL_UNIT else rng.randint(6, 11)
        for wave in EMPLOYEE_WAVES:
            level += rng.gauss(0, 0.3)
            for _ in range(max(1, answers - rng.randint(0, 2)) if unit == SMALL_UNIT else answers - rng.randint(0, 1)):
                feeling = rng.gauss(level, 1.5)
                rows.append({"unit": unit, "responded_at": time_on(rng, wave + timedelta(days=rng.randrange(12))),
                             "engagement": clamp(feeling, 1, 10),
                             "enps": clamp(feeling + rng.gauss(0, 1), 0, 10)})
    return sorted(rows, key=lambda row: (row["responded_at"], row["unit"]))
