"""The shop behind the sample extracts: people, orders, journeys, costs and the loyalty programme, all clean.

Each `make_…` is one part of the story and draws from a random stream of its own, so that a change
in one part leaves the others alone. Rows are dictionaries by column; voices.py adds what people say
of the shop, flaws.py spoils some rows later.
"""
import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

SEED = 20240701
FIRST_DAY, LAST_DAY = date(2024, 7, 1), date(2025, 12, 31)
CLOSING = datetime(2025, 12, 31, 21, 30)  # no event is later
ANONYMOUS_ORDERS, ORPHAN_ORDERS = 40, 4

# How people behave: how many of them, the chance that they join the loyalty programme, and for
# those who keep buying the mean number of days between orders. `order_days` gives each its meaning.
PROFILES = {
    "unseen": (16, 0.00, None),      # known, never in contact
    "looker": (16, 0.00, None),      # one contact
    "browser": (14, 0.00, None),     # several contacts
    "asker": (14, 0.00, None),       # has talked to the shop
    "newcomer": (18, 0.00, None),    # first order in the last weeks
    "one_time": (48, 0.08, None),
    "occasional": (68, 0.40, 110),
    "regular": (56, 0.75, 44),
    "heavy": (10, 0.90, 17),
    "faded": (32, 0.25, 35),         # bought for a while, then stopped
    "returning": (10, 0.30, None),   # came back after more than a year
}
KEEP_BUYING = ("occasional", "regular", "heavy")
PROSPECTS = ("unseen", "looker", "browser", "asker")

FIRST_NAMES = ("Alva Anders Annika Arvid Åke Åsa Axel Bengt Birgitta Björn Elin Elsa Emil Ester Frida Göran Gösta "
               "Gunilla Håkan Hanna Hedvig Ida Ingrid Jörgen Kajsa Karin Kjell Lars Linnéa Maj Malin Märta Måns Nils "
               "Östen Oskar Pär Saga Signe Sixten Stellan Sven Tilde Torbjörn Tove Ulla Viggo Yngve").split()
LAST_NAMES = ("Ahlgren Åberg Åkerlund Almqvist Backlund Bergdahl Björklund Blomgren Boström Dahlström Edlund Ekblad "
              "Fällström Forsgren Granqvist Grönlund Hägg Hedman Hjelm Holmgren Källström Kvist Lilja Ljungberg "
              "Lövgren Malmsten Norén Nyman Öberg Öhman Palmgren Rosén Rydell Säfström Sandell Sjödin Stenmark "
              "Strömbäck Sundin Tegnér Törnqvist Vallgren Wikström Ågren").split()
FOLD = str.maketrans("åäöé", "aaoe")
DOMAINS = ("example.com", "example.net", "example.org")
# city, country, weight, first digits of its postal codes, length of a postal code
CITIES = [("Stockholm", "SE", 22, "11", 5), ("Göteborg", "SE", 13, "41", 5), ("Malmö", "SE", 9, "21", 5),
          ("Uppsala", "SE", 6, "75", 5), ("Västerås", "SE", 5, "72", 5), ("Örebro", "SE", 5, "70", 5),
          ("Linköping", "SE", 4, "58", 5), ("Jönköping", "SE", 4, "55", 5), ("Umeå", "SE", 4, "90", 5),
          ("Luleå", "SE", 3, "97", 5), ("Gävle", "SE", 3, "80", 5), ("Växjö", "SE", 3, "35", 5),
          ("Östersund", "SE", 3, "83", 5), ("Kiruna", "SE", 2, "98", 5), ("Oslo", "NO", 3, "01", 4),
          ("Tromsø", "NO", 1, "90", 4), ("København", "DK", 3, "21", 4), ("Århus", "DK", 1, "80", 4),
          ("Helsinki", "FI", 3, "00", 5)]
# Numbers that the Swedish telecom authority keeps for books and films: area code, first and last
# number, and how its digits are grouped. Abroad, nobody here has a phone.
FICTION_PHONES = [("070", 1740605, 1740699, (3, 2, 2)), ("08", 46500400, 46500499, (3, 3, 2)),
                  ("031", 3900600, 3900699, (3, 2, 2)), ("040", 6280400, 6280499, (3, 2, 2)),
                  ("0980", 319200, 319299, (3, 3))]
PHONE_SPELLINGS = ("{area}-{spaced}", "{area}{digits}", "+46 {short}-{spaced}", "+46{short}{digits}",
                   "0046{short}{digits}", "({area}) {spaced}")
ACQUISITION = {"organic": (30, 0), "search": (22, 85), "social": (18, 110), "referral": (12, 50), "store": (12, 30),
               "partner": (6, 160)}  # weight, mean cost in kronor

# category: products, typical price in kronor, mean margin
CATEGORIES = {"Böcker": (18, 179, 0.32), "Elektronik": (14, 890, 0.16), "Friluft": (16, 520, 0.38),
              "Hem": (18, 310, 0.44), "Hälsa": (14, 165, 0.48), "Kök": (16, 280, 0.40), "Leksaker": (14, 220, 0.36),
              "Trädgård": (12, 390, 0.35)}
CURRENCY = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "FI": "EUR"}
ORE_PER_UNIT = {"SEK": 100, "NOK": 98, "DKK": 152, "EUR": 1135}
ORDER_CHANNELS = {"web": 38, "store": 34, "app": 24, "phone": 4}

# touchpoint: the channels it comes in
TOUCHPOINTS = {
    "welcome_mail": ("email",), "account_setup": ("web", "app"), "first_login": ("web", "app"),
    "product_page": ("web", "app"), "checkout": ("web", "app"), "payment": ("web", "app"), "store_visit": ("store",),
    "tracking": ("web", "app", "email"), "home_delivery": ("app", "email"), "pickup_point": ("app", "store"),
    "delay_notice": ("email", "app", "phone"), "return_request": ("web", "app", "chat"), "refund": ("email", "app"),
    "store_return": ("store",), "call_centre": ("phone",), "live_chat": ("chat",), "help_pages": ("web",),
    "complaint": ("phone", "chat", "email"), "invoice": ("email",), "payment_reminder": ("email", "phone"),
    "instalments": ("web", "phone"), "points_statement": ("email",), "offer_mail": ("email",),
    "member_event": ("store",),
}
TWO_WAY_CHANNELS = ("phone", "chat", "store")
# activity: kronor per minute of its resources; a return is handled in this many minutes and as many more per line
ACTIVITIES = {"phone": 6.5, "chat": 4.8, "email": 3.2, "store": 5.5, "web": 0.6, "app": 0.5, "returns_handling": 4.2}
RETURN_MINUTES, RETURN_LINE_MINUTES = 6, 2
OVER_CAPACITY = ("phone", "2025-12")  # the Christmas rush
RATE_DAYS = (date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 2), date(2025, 4, 1), date(2025, 7, 1),
             date(2025, 10, 1))
ORE_PER_POINT = 1000  # a point for every ten kronor
MEAN_MINUTES = {"web": 3.0, "app": 2.0, "email": 6.0, "phone": 9.0, "chat": 11.0, "store": 7.0}
BAD_TOUCHPOINTS = ("complaint", "delay_notice")  # what spoils a journey


@dataclass
class Person:
    """Somebody the shop knows, and what drives them; `records` are their rows in the CRM."""
    profile: str
    first_name: str
    last_name: str
    city: tuple
    signup: date
    mood: float        # 0-10: how they feel about the shop
    bargain: float     # 0-1: how often they wait for a discount
    favourites: list   # categories
    channel: str       # where they mostly order
    store: str
    records: list = field(default_factory=list)
    orders: list = field(default_factory=list)
    journeys: list = field(default_factory=list)
    occasions: list = field(default_factory=list)  # when a survey could be sent: (type, moment, answer or None)

    def record_at(self, rng, at):
        """One of the person's records that existed by then."""
        known = [record for record in self.records if record["signup_date"] <= at.date()]
        return rng.choice(known)

    def is_member(self):
        return any(record["loyalty_member"] for record in self.records)


@dataclass
class Order:
    """A transaction: an order, or goods coming back. An order without a person was made at a till."""
    at: datetime
    customer_id: str | None
    channel: str
    store: str | None
    currency: str
    is_return: bool
    lines: list  # (product, quantity, unit price, discount), money in minor units of the currency


def stream(name):
    """A random stream of its own for each part, so that a change in one leaves the others alone."""
    return Random(f"{SEED} {name}")


def weighted(rng, weights):
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def clamp(value, low, high):
    return max(low, min(high, round(value)))


def days_after(rng, day, mean):
    return day + timedelta(days=int(rng.expovariate(1 / mean)))


def time_on(rng, day):
    """A moment in the opening hours of a day."""
    return datetime.combine(day, datetime.min.time()) + timedelta(seconds=8 * 3600 + int(rng.random() * 13 * 3600))


def later(rng, at, least_hours, most_hours):
    """A moment some hours on, never at night."""
    then = at + timedelta(seconds=int(rng.uniform(least_hours, most_hours) * 3600))
    return then.replace(hour=rng.randrange(7, 12)) if then.hour < 7 else then


def money(minor):
    return f"{minor // 100}.{minor % 100:02d}"


# People and their CRM records


def make_people():
    """The persons in order of signup, each with one CRM record, and some with more; see `add_duplicates`."""
    rng = stream("people")
    phones, addresses = PhoneBook(rng), AddressBook(rng)
    people = [make_person(rng, profile) for profile, (count, _, _) in PROFILES.items() for _ in range(count)]
    for person in people:
        add_record(rng, person, person.signup,
                   email=addresses.new(person) if rng.random() > 0.06 else None,
                   phone=phones.new() if person.city[1] == "SE" and rng.random() > 0.15 else None)
        join_programme(rng, person)
    duplicates = add_duplicates(rng, people, phones, addresses)
    records = sorted((record for person in people for record in person.records), key=lambda r: r["signup_date"])
    for number, record in enumerate(records, start=1):
        record["customer_id"] = f"C{number:08d}"
    return people, records, duplicates


def make_person(rng, profile):
    return Person(
        profile=profile, first_name=rng.choice(FIRST_NAMES), last_name=rng.choice(LAST_NAMES),
        city=rng.choices(CITIES, weights=[city[2] for city in CITIES])[0], signup=signup_day(rng, profile),
        mood=min(10.0, max(0.0, rng.gauss(8.0, 1.8))), bargain=rng.betavariate(1.2, 3.0),
        favourites=rng.sample(list(CATEGORIES), 2), channel=weighted(rng, ORDER_CHANNELS),
        store=f"S{rng.randint(1, 6):03d}")


def signup_day(rng, profile):
    """Where the signup must lie for the profile to be possible; most people come early."""
    earliest, latest = {"newcomer": (date(2025, 10, 6), date(2025, 12, 12)),
                        "returning": (FIRST_DAY, date(2024, 8, 20)),
                        "faded": (FIRST_DAY, date(2025, 3, 1)),
                        "one_time": (FIRST_DAY, date(2025, 9, 20))}.get(profile, (FIRST_DAY, date(2025, 12, 5)))
    return earliest + timedelta(days=int((latest - earliest).days * rng.random() ** 1.2))


class PhoneBook:
    """Hands out fictional numbers, each once, and spells them in many ways."""

    def __init__(self, rng):
        self.rng = rng
        self.free = [(area, str(number), groups) for area, first, last, groups in FICTION_PHONES
                     for number in range(first, last + 1)]
        rng.shuffle(self.free)
        self.given = {}

    def new(self):
        number = self.free.pop()
        return self.spell(number, self.rng.choice(PHONE_SPELLINGS))

    def respell(self, phone):
        """The same number, spelt in another way."""
        number, spelling = self.given[phone]
        return self.spell(number, self.rng.choice([other for other in PHONE_SPELLINGS if other != spelling]))

    def spell(self, number, spelling):
        area, digits, groups = number
        ends = [sum(groups[:i + 1]) for i in range(len(groups))]
        spaced = " ".join(digits[end - size:end] for end, size in zip(ends, groups))
        phone = spelling.format(area=area, short=area[1:], digits=digits, spaced=spaced)
        self.given[phone] = number, spelling
        return phone


class AddressBook:
    """Hands out e-mail addresses, each once."""

    def __init__(self, rng):
        self.rng = rng
        self.given = set()

    def new(self, person, fold=True):
        local = f"{person.first_name}.{person.last_name}".lower()
        local, domain = local.translate(FOLD) if fold else local, self.rng.choice(DOMAINS)
        address, number = f"{local}@{domain}", 1
        while address in self.given:
            number += 1
            address = f"{local}{number}@{domain}"
        self.given.add(address)
        return address


def add_record(rng, person, signup, email, phone):
    """A CRM row for the person; its customer_id comes when all rows are known."""
    city, country, _, prefix, length = person.city
    first = person.records[0] if person.records else None
    born = date(1942, 1, 1) + timedelta(days=rng.randrange(23_300))
    channel = rng.choices(list(ACQUISITION), weights=[weight for weight, _ in ACQUISITION.values()])[0]
    record = {
        "customer_id": None, "email": email, "phone": phone, "first_name": person.first_name,
        "last_name": person.last_name, "birth_date": first["birth_date"] if first else born,
        "postal_code": first["postal_code"] if first else
        prefix + "".join(rng.choice("0123456789") for _ in range(length - len(prefix))),
        "city": city, "country": country, "signup_date": signup, "acquisition_channel": channel,
        "acquisition_cost": money(round(ACQUISITION[channel][1] * rng.lognormvariate(0, 0.5) * 100)),
        "marketing_consent": rng.random() < 0.62, "loyalty_member": False, "loyalty_joined_at": None}
    person.records.append(record)
    return record


def join_programme(rng, person):
    joined = days_after(rng, person.signup, 35)
    if rng.random() < PROFILES[person.profile][1] and joined <= LAST_DAY:
        person.records[0].update(loyalty_member=True, loyalty_joined_at=joined)


def add_duplicates(rng, people, phones, addresses):
    """Gives twenty more CRM records to people who have one already; returns those people by what ties them."""
    able = [person for person in people if person.records[0]["email"] and person.records[0]["phone"]
            and person.profile in KEEP_BUYING and person.signup < date(2025, 7, 1)]
    swedish = next(person for person in able if not f"{person.first_name}{person.last_name}".isascii())
    able.remove(swedish)
    chosen = rng.sample(able, 18)

    def second(person, email, phone):
        signup = person.records[-1]["signup_date"] + timedelta(days=rng.randint(20, 150))
        return add_record(rng, person, min(signup, LAST_DAY), email, phone)

    for person in chosen[:9]:
        email = person.records[0]["email"]
        disguised = rng.choice([email.upper(), email.title(), f" {email}  ", f"{email.upper()} "])
        second(person, disguised, phones.new() if rng.random() < 0.5 else None)
    for person in chosen[9:17]:
        second(person, addresses.new(person) if rng.random() < 0.5 else None,
               phones.respell(person.records[0]["phone"]))
    chained = chosen[17]
    middle = second(chained, chained.records[0]["email"].title(), phones.new())
    second(chained, addresses.new(chained), phones.respell(middle["phone"]))
    swedish.records[0]["email"] = addresses.new(swedish, fold=False)
    second(swedish, swedish.records[0]["email"].upper(), None)

    return {"e-mail": chosen[:9], "phone": chosen[9:17], "chain": [chained], "swedish": [swedish]}


# Products, orders and returns


def make_stores():
    places = [("Uppsala", "Mitt"), ("Stockholm", "Mitt"), ("Malmö", "Syd"), ("Göteborg", "Väst"), ("Lund", "Syd"),
              ("Umeå", "Norr")]
    return [{"store_id": f"S{number:03d}", "name": name, "region": region, "country": "SE"}
            for number, (name, region) in enumerate(places, 1)]


def make_products():
    """Rows of the products extract, and each product's list price in öre beside its row."""
    rng, products = stream("products"), []
    for category, (count, typical, margin) in CATEGORIES.items():
        for _ in range(count):
            price = max(19, round(typical * rng.lognormvariate(0, 0.55))) * 100 - rng.choice((0, 10))
            share = rng.gauss(margin, 0.12)
            row = {"product_id": f"P{len(products) + 1:05d}", "category": category,
                   "unit_cost": money(max(100, round(price * 0.8 * (1 - share))))}  # a price includes 25 % VAT
            products.append((row, price))
    return products


def make_orders(people, products):
    """All transactions, oldest first: people's orders, their returns, and those of unidentified customers."""
    rng = stream("orders")
    orders = []
    for person in people:
        for day in order_days(rng, person):
            order = make_order(rng, person, time_on(rng, day), products)
            person.orders.append(order)
            if rng.random() < 0.06:
                person.orders.append(make_return(rng, order))
        person.orders = sorted((o for o in person.orders if o.at <= CLOSING), key=lambda o: o.at)
        orders += person.orders
    orders += make_unknown_orders(rng, people, products)
    return sorted(orders, key=lambda order: order.at)


def order_days(rng, person):
    """The days on which a person orders, by profile; a happy customer comes back sooner."""
    first = days_after(rng, person.signup, 9)
    gap = PROFILES[person.profile][2]
    if person.profile in PROSPECTS:
        return []
    if person.profile == "newcomer":
        return [min(first, LAST_DAY)]
    if person.profile == "one_time":
        return [first]
    if person.profile == "faded":
        days = repeat_days(rng, first, gap, LAST_DAY - timedelta(days=195))
        return days[:rng.randint(2, 6)]
    if person.profile == "returning":
        before = repeat_days(rng, person.signup, 25, date(2024, 10, 15))
        return before[:3] + repeat_days(rng, date(2025, 11, 3) + timedelta(days=rng.randrange(30)), 30, LAST_DAY)[:2]
    return repeat_days(rng, first, gap * 1.3 ** max(0, 7.5 - person.mood), LAST_DAY)


def repeat_days(rng, first, gap, last):
    """The first day and the days after it, at random gaps of a given mean."""
    days, day = [], first
    while day <= last:
        days.append(day)
        day = days_after(rng, day, gap) + timedelta(days=1)
    return days or [min(first, last)]


def make_order(rng, person, at, products):
    channel = person.channel if rng.random() < 0.7 else weighted(rng, ORDER_CHANNELS)
    size = 1 + min(5, int(rng.expovariate(1 / (1.6 if person.is_member() else 1.2))))
    currency = CURRENCY[person.city[1]]
    return Order(at, person.record_at(rng, at)["customer_id"], channel, person.store if channel == "store" else None,
                 currency, False, [make_line(rng, person, currency, products) for _ in range(size)])


def make_line(rng, person, currency, products):
    """A product, often of a favourite category, its quantity, and its price, at times discounted."""
    liked = [product for product in products if product[0]["category"] in person.favourites]
    shelf = liked if rng.random() < 0.6 else products
    row, price = shelf[int(len(shelf) * rng.random() ** 1.7)]
    quantity = rng.choices((1, 2, 3, 4), weights=(82, 12, 4, 2))[0]
    price = price * 100 // ORE_PER_UNIT[currency]
    discounted = rng.random() < 0.12 + 0.5 * person.bargain
    discount = quantity * price * rng.randint(1, 8) // 20 if discounted else 0
    return row, quantity, price, discount


def make_return(rng, order):
    """One line of an order coming back, some days later."""
    return Order(later(rng, order.at, 48, 28 * 24), order.customer_id, order.channel, order.store, order.currency, True,
                 [rng.choice(order.lines)])


def make_unknown_orders(rng, people, products):
    """Orders at the till without a customer, up to the last day, and orders of customers the CRM lacks."""
    span = (LAST_DAY - FIRST_DAY).days
    shoppers = [person for person in people if person.city[1] == "SE" and person.profile not in PROSPECTS]
    orders = []
    for i in range(ANONYMOUS_ORDERS + ORPHAN_ORDERS):
        shopper = rng.choice(shoppers)
        anonymous = i < ANONYMOUS_ORDERS
        day = FIRST_DAY + timedelta(days=span * (i + 1) // ANONYMOUS_ORDERS if anonymous else rng.randrange(span))
        lines = [make_line(rng, shopper, "SEK", products) for _ in range(rng.randint(1, 3))]
        orders.append(Order(time_on(rng, day), None if anonymous else f"C9{rng.randrange(10**7):07d}",
                            "store" if anonymous else "web", shopper.store if anonymous else None, "SEK", False,
                            lines))
    return orders


def order_ids(orders):
    """The transaction_id of each order and return, by the order's id()."""
    return {id(order): 100_001 + number for number, order in enumerate(orders)}


def transaction_rows(orders):
    numbers = order_ids(orders)
    return [{
        "transaction_id": numbers[id(order)], "line_no": line_no, "customer_id": order.customer_id,
        "ordered_at": order.at, "channel": order.channel, "store_id": order.store,
        "product_id": product["product_id"], "category": product["category"], "quantity": quantity,
        "unit_price": money(price), "discount": money(discount), "currency": order.currency,
        "is_return": order.is_return}
        for order in orders
        for line_no, (product, quantity, price, discount) in enumerate(order.lines, start=1)]


# Journeys


def make_journeys(people):
    """Each person's journeys: lists of interaction rows, oldest first."""
    rng = stream("journeys")
    for person in people:
        for journey, touchpoints, start in journey_plan(rng, person):
            rows = walk(rng, person, journey, touchpoints, start)
            if rows:
                person.journeys.append(rows)
    interactions = sorted((row for person in people for rows in person.journeys for row in rows),
                          key=lambda row: row["occurred_at"])
    for number, row in enumerate(interactions):
        row["interaction_id"] = 500_001 + number
    return interactions


def journey_plan(rng, person):
    """What the person sets out to do: (journey, touchpoints, start) of each journey."""
    signed_up = time_on(rng, person.signup)
    if person.profile in PROSPECTS:
        yield from prospect_plan(rng, person.profile, signed_up)
        return
    if rng.random() < 0.35:
        yield "onboarding", ["welcome_mail", "account_setup", "first_login"][:rng.randint(1, 3)], signed_up
    for order in person.orders:
        yield from (return_plan if order.is_return else order_plan)(rng, order)
    joined = person.records[0]["loyalty_joined_at"]
    if joined and rng.random() < 0.6:
        touchpoints = rng.sample(["points_statement", "offer_mail", "member_event"], rng.randint(1, 2))
        yield "loyalty", touchpoints, time_on(rng, days_after(rng, joined, 60))


def prospect_plan(rng, profile, signed_up):
    soon = later(rng, signed_up, 24, 24 * 20)
    if profile == "looker":
        yield "purchase", ["product_page"], soon
    elif profile == "browser":
        yield "purchase", ["product_page"] * rng.randint(2, 4), soon
    elif profile == "asker":
        yield "support", ["help_pages", rng.choice(["live_chat", "call_centre"])], soon


def order_plan(rng, order):
    """The way to an order, its delivery, and what may follow."""
    in_store = order.channel == "store"
    if rng.random() < 0.08:
        touchpoints = ["store_visit"] if in_store else ["product_page", "checkout", "payment"]
        yield "purchase", touchpoints, order.at - timedelta(minutes=rng.randint(15, 45))
    if not in_store and rng.random() < 0.25:
        late = ["delay_notice"] if rng.random() < 0.25 else []
        last = rng.choice(["home_delivery", "pickup_point"])
        yield "delivery", ["tracking", *late, last], later(rng, order.at, 8, 60)
    if rng.random() < 0.08:
        last = ["complaint"] if rng.random() < 0.35 else []
        yield ("support", [*rng.sample(["help_pages", "live_chat", "call_centre"], rng.randint(1, 2)), *last],
               later(rng, order.at, 24, 24 * 10))
    if rng.random() < 0.04:
        touchpoints = rng.sample(["invoice", "payment_reminder", "instalments"], 2)
        yield "billing", touchpoints, later(rng, order.at, 48, 24 * 30)


def return_plan(rng, order):
    if order.channel == "store":
        yield "return", ["store_return"], order.at - timedelta(minutes=5)
    else:
        yield "return", ["return_request", "refund"], order.at - timedelta(hours=1)


def walk(rng, person, journey, touchpoints, start):
    """The interactions of one journey; most people stay in a channel while they can."""
    rows, at, channel = [], start, None
    record = person.record_at(rng, max(start, time_on(rng, person.signup)))
    for touchpoint in touchpoints:
        if at > CLOSING:
            break
        channels = TOUCHPOINTS[touchpoint]
        if channel not in channels or rng.random() < 0.2:
            channel = rng.choice(channels)
        rows.append(interaction(rng, person, record, at, channel, touchpoint, journey))
        at = at + timedelta(minutes=rng.randint(2, 12)) if channel in ("web", "store") else later(rng, at, 2, 60)
    return rows


def interaction(rng, person, record, at, channel, touchpoint, journey):
    """A row; automatic mail takes nobody's time."""
    staffed = channel in TWO_WAY_CHANNELS or touchpoint == "complaint"
    automatic = channel == "email" and not staffed
    minutes = max(1, round(rng.lognormvariate(0, 0.7) * MEAN_MINUTES[channel] * 8))  # tenths of a minute
    return {
        "interaction_id": None, "customer_id": record["customer_id"], "occurred_at": at, "channel": channel,
        "touchpoint": touchpoint, "journey": journey,
        "duration_minutes": None if automatic else f"{minutes // 10}.{minutes % 10}",
        "agent_id": f"A{rng.randint(1, 24):03d}" if staffed else None,
        "store_id": person.store if channel == "store" else None}


# Costs, rates and the loyalty programme


def make_activity_costs(interactions, orders):
    """What each activity cost and could do, month by month: mostly more than was used, once less."""
    rng = stream("activity costs")
    used = {}
    for row in interactions:
        if row["duration_minutes"]:
            place = row["channel"], f"{row['occurred_at']:%Y-%m}"
            used[place] = used.get(place, 0) + float(row["duration_minutes"])
    for order in orders:
        if order.is_return:
            place = "returns_handling", f"{order.at:%Y-%m}"
            used[place] = used.get(place, 0) + RETURN_MINUTES + RETURN_LINE_MINUTES * len(order.lines)
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13) if (year, month) >= (2024, 7)]
    rows = []
    for activity, rate in ACTIVITIES.items():
        for month in months:
            needed = used.get((activity, month), 0) * rng.uniform(1.1, 1.5)
            minutes = max(1, math.ceil(needed / 5)) * 5
            if (activity, month) == OVER_CAPACITY:
                minutes = round(needed / 10) * 5
            rows.append({"activity": activity, "period": f"{month}-01",
                         "pool_cost": money(round(minutes * rate * 100 * rng.uniform(0.95, 1.08))),
                         "practical_capacity_minutes": minutes})
    return rows


def make_exchange_rates():
    """Rates to the krona that drift from quarter to quarter."""
    rng, rows = stream("exchange rates"), []
    for currency in ("NOK", "DKK", "EUR"):
        rate = ORE_PER_UNIT[currency] / 100
        for day in RATE_DAYS:
            rows.append({"currency": currency, "valid_from": day, "rate": f"{rate:.4f}"})
            rate *= rng.uniform(0.97, 1.03)
    return rows


def make_loyalty_events(people):
    """Members join, earn points with each order, and redeem some of them with later ones."""
    rng, rows = stream("loyalty events"), []

    def event(customer_id, at, kind, points):
        rows.append({"customer_id": customer_id, "occurred_at": at, "kind": kind, "points": points})

    for person in people:
        first = person.records[0]
        if not first["loyalty_member"]:
            continue
        joined = time_on(rng, first["loyalty_joined_at"])
        event(first["customer_id"], joined, "join", None)
        balance = 0
        for order in person.orders:
            if order.is_return or order.at <= joined:
                continue
            if balance >= 100 and rng.random() < 0.4:
                points = balance // 50 * 50
                event(order.customer_id, order.at, "redeem", points)
                balance -= points
            charged = sum(quantity * price - discount for _, quantity, price, discount in order.lines)
            points = charged * ORE_PER_UNIT[order.currency] // 100 // ORE_PER_POINT
            if points:
                event(order.customer_id, order.at, "earn", points)
            balance += points
    return sorted(rows, key=lambda row: row["occurred_at"])
