#!/usr/bin/env python3
"""Writes the extracts of a Nordic retailer as its systems deliver them, and the expected result, truth.json.

    python3 examples/nordic_export/generate.py        (needs openpyxl 3.1)

clean.py makes clean rows and computes the figures; this file writes the rows as the systems would, and adds rows that
must not count: older snapshots and versions, withdrawn rows, copies, and rows that cannot be read. Every run writes
the same bytes.
"""
import gzip
import io
import json
import lzma
import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from openpyxl import Workbook

import clean
import words

HERE = Path(__file__).parent
EXTRACTS = HERE / "extracts"
LAST_DAY = clean.shop.LAST_DAY
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


class Counts:
    """What becomes of the rows of a source, by the columns of source_reconciliation."""

    def __init__(self):
        self.of = dict.fromkeys(("files", "rows_read", "rows_rejected", "rows_duplicate", "files_duplicate",
                                 "rows_superseded", "rows_deleted", "rows_late"), 0)

    def add(self, **more):
        for name, number in more.items():
            self.of[name] += number

    def done(self):
        others = sum(self.of[name] for name in ("rows_rejected", "rows_duplicate", "rows_superseded"))
        self.of["rows_loaded"] = self.of["rows_read"] - others
        return self.of


# How values are written


def day(value):
    return "-" if value is None else f"{value:%d.%m.%Y}"


def moment(value):
    return f"{value:%d.%m.%Y %H:%M:%S}"


def yes(value):
    return "ja" if value else "nej"


def word(group, term):
    return "-" if term is None else words.GROUPS[group][term]


def amount(text, thousands=" ", sign=""):
    """1249.5 as 1 249,50 kr: a decimal comma, groups of three digits, and a currency."""
    units, _, cents = text.partition(".")
    grouped = f"{int(units):,}".replace(",", thousands)
    return f"{grouped},{cents}{sign}" if cents else f"{grouped}{sign}"


def line(cells, sign=";"):
    """One record; a cell with the delimiter, a quote or a line break is quoted."""
    def cell(value):
        text = "-" if value is None else str(value)
        return '"' + text.replace('"', '""') + '"' if sign in text or '"' in text or "\n" in text else text
    return sign.join(cell(value) for value in cells) + "\r\n"


def write(name, data):
    path = EXTRACTS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def in_windows(text):
    return text.encode("windows-1252")


# The extracts, one function each


def customers(rows, rng, counts):
    """The whole register, month after month: two title lines, a header, and the number of records at the end."""
    header = ["Kundnr", "Förnamn", "Efternamn", "E-post", "Telefon", "Född", "Postnr", "Ort", "Land", "Registrerad",
              "Värvning", "Värvningskostnad", "Samtycke", "Medlem", "Medlem sedan"]

    def cells(row):
        return [row["customer_id"], row["first_name"], row["last_name"], row["email"], row["phone"],
                day(row["birth_date"]), row["postal_code"], row["city"], word("land", row["country"]),
                day(row["signup_date"]), word("värvning", row["acquisition_channel"]),
                amount(row["acquisition_cost"], sign=" €"), yes(row["marketing_consent"]), yes(row["loyalty_member"]),
                day(row["loyalty_joined_at"])]

    for delivered in (date(2025, 10, 31), date(2025, 11, 30), LAST_DAY):
        known = [cells(row) for row in rows if row["signup_date"] <= delivered]
        if delivered != LAST_DAY:
            # Changes over time: the town, and the marketing consent.
            for row in rng.sample(known, 25):
                row[7], row[12] = "Okänd ort", "nej"
        else:
            known.insert(140, known[90])
            known.insert(60, ["K-9001", "Test", "Testsson", None, None, "31.02.1987", "11122", "Stockholm", "Sverige",
                              "03.03.2025", "organisk", "0,00 €", "nej", "nej", "-"])
            known.insert(250, [None, *known[12][1:]])
            counts.add(files=1, rows_read=len(known), rows_rejected=2, rows_duplicate=1)
        lines = [f"Kundregister, utdrag {day(delivered)}\r\n", "Konfidentiellt\r\n", line(header)]
        lines += [line(row) for row in known]
        lines.append(f"Antal poster: {len(known)}\r\n")
        write(f"kundregister/kunder_{delivered:%Y%m%d}.csv", in_windows("".join(lines)))


def transactions(rows, rng, counts):
    """A file per week until November and per day in December, each with its total at the end."""
    first = clean.shop.FIRST_DAY
    deliveries = [first + timedelta(days=6 + 7 * week) for week in range(74)]
    deliveries += [deliveries[-1] + timedelta(days=after + 1) for after in range((LAST_DAY - deliveries[-1]).days)]
    files = {delivered: [] for delivered in deliveries}
    tills_off_line = set(rng.sample([row["transaction_id"] for row in rows
                                     if date(2025, 3, 1) <= row["ordered_at"].date() <= date(2025, 11, 30)], 14))
    for row in rows:
        due = row["ordered_at"].date()
        if row["transaction_id"] in tills_off_line:
            due += timedelta(days=20)
        delivered = next(delivered for delivered in deliveries if delivered >= due)
        files[delivered].append(row)
        # Late is what happened more than eight days before the end of the day it was delivered on.
        counts.add(rows_late=row["transaction_id"] in tills_off_line)
    spoilt = iter([("antal", "två"), ("valuta", "XXX"), ("tidpunkt", "31.02.2025 10:00:00"), ("kvittonr", "-")])
    for number, (delivered, sold) in enumerate(files.items()):
        article = "Artikel" if delivered < date(2024, 10, 1) else "Artikelnr"
        header = ["Kvittonr", "Rad", "Kundnr", "Tidpunkt", "Kanal", "Butik", article, "Varugrupp", "Antal", "Pris",
                  "Rabatt", "Valuta", "Retur"]
        lines = [line(receipt(row)) for row in sold]
        read = len(lines)
        if number in (20, 45, 60, 80) and sold:
            column, text = next(spoilt)
            cells = receipt({**sold[0], "transaction_id": 990_000 + number})
            cells[[name.lower() for name in header].index(column)] = text
            lines.insert(1, line(cells))
            read += 1
            counts.add(rows_rejected=1)
        if number in (10, 33, 77) and sold:
            lines.append(lines[0])
            read += 1
            counts.add(rows_duplicate=1)
        if number == 52:
            # A line that is cut off in the middle.
            lines.append("990999;1;C000\r\n")
            read += 1
            counts.add(rows_rejected=1)
        total = sum(row["quantity"] * clean.minor(row["unit_price"]) for row in sold)
        text = line(header) + "".join(lines) + f"SUMMA {day(delivered)};{amount(clean.shop.money(total))}\r\n"
        packed = gzip.compress(in_windows(text), mtime=0)
        write(f"kassa/kassa_{delivered:%Y%m%d}.csv.gz", packed)
        counts.add(files=1, rows_read=read)
        if delivered == date(2025, 12, 8):
            # Sent a second time by mistake.
            write(f"kassa/kassa_{delivered:%Y%m%d}_igen.csv.gz", packed)
            counts.add(files_duplicate=1)


def receipt(row):
    sign = " €" if row["currency"] == "EUR" else " kr"
    thousands = "\u00a0" if row["transaction_id"] % 2 else " "
    discount = None if row["discount"] == "0.00" else amount(row["discount"], thousands, sign)
    return [row["transaction_id"], row["line_no"], row["customer_id"], moment(row["ordered_at"]),
            word("kanal", row["channel"]), row["store_id"], row["product_id"], row["category"], row["quantity"],
            amount(row["unit_price"], thousands, sign), discount, row["currency"], yes(row["is_return"])]


def interactions(rows, rng, counts):
    """Contacts that are new or have changed since the last file: corrected later, or withdrawn."""
    header = ["Ärendenr", "Kundnr", "Tidpunkt", "Kanal", "Kontaktpunkt", "Resa", "Minuter", "Handläggare", "Butik",
              "Ändrad", "Status"]
    days = [date(2025, 6, 30), date(2025, 12, 15), LAST_DAY]
    files = {delivered: [] for delivered in days}

    def file_of(at):
        return files[next(delivered for delivered in days if delivered >= at.date())]

    def cells(row, changed, status="klar", **other):
        row = {**row, **other}
        minutes = row["duration_minutes"]
        return [row["interaction_id"], row["customer_id"], moment(row["occurred_at"]), word("kanal", row["channel"]),
                word("kontaktpunkt", row["touchpoint"]), word("resa", row["journey"]),
                None if minutes is None else amount(minutes), row["agent_id"], row["store_id"], moment(changed), status]

    early = [row for row in rows if row["occurred_at"].date() <= date(2025, 12, 1)]
    corrected = {id(row) for row in rng.sample(early, 45)}
    for row in rows:
        changed = row["occurred_at"] + timedelta(minutes=20)
        if id(row) in corrected:
            file_of(changed).append(cells(row, changed, "pågår", duration_minutes="1.0", touchpoint="help_pages"))
            changed = datetime(2025, 12, 2, 9) + timedelta(minutes=row["interaction_id"] % 5000)
            counts.add(rows_superseded=1)
        file_of(min(changed, clean.shop.CLOSING)).append(cells(row, min(changed, clean.shop.CLOSING)))
    for number, row in enumerate(rng.sample(early, 12)):
        # Registered twice by mistake, and withdrawn: nothing but number, time of change and status is left.
        changed = row["occurred_at"] + timedelta(minutes=30)
        mistaken = {**row, "interaction_id": 980_000 + number}
        file_of(changed).append(cells(mistaken, changed))
        withdrawn = datetime(2025, 12, 10, 12) + timedelta(hours=number)
        file_of(withdrawn).append([980_000 + number, *[None] * 8, moment(withdrawn), "makulerad"])
        counts.add(rows_superseded=1, rows_deleted=1)
    files[days[1]].insert(5, cells({**rows[0], "interaction_id": 981_000, "duration_minutes": "-4.0"}, changed))
    files[days[2]].insert(3, cells(rows[0], changed)[:2] + [None] + cells(rows[0], changed)[3:])
    files[days[2]][3][0] = 981_001
    counts.add(rows_rejected=2)
    for delivered, records in files.items():
        text = "".join(line(record, "\t") for record in [header, *records])
        write(f"arenden/arenden_{delivered}.tsv", b"\xff\xfe" + text.encode("utf-16-le"))
        counts.add(files=1, rows_read=len(records))


def products(rows, _, counts):
    """A document with groups in groups."""
    records = [{"artikelnr": row["product_id"], "grupp": {"kod": row["category"][:3].upper(), "namn": row["category"]},
                "inköp": {"pris": float(row["unit_cost"]), "valuta": "EUR"}} for row in rows]
    document = {"skapad": f"{LAST_DAY}", "data": {"artiklar": records}}
    write("artiklar.json", json.dumps(document, ensure_ascii=False, indent=1).encode())
    counts.add(files=1, rows_read=len(rows))


def loyalty_events(rows, _, counts):
    """One event per line, its member one level down, times with the offset of the day."""
    for year in (2024, 2025):
        lines = []
        for row in rows:
            if row["occurred_at"].year == year:
                at = row["occurred_at"].replace(tzinfo=STOCKHOLM)
                lines.append({"medlem": {"kundnr": row["customer_id"], "nivå": "bas"}, "tid": at.isoformat(),
                              "händelse": words.LOYALTY[row["kind"]], "poäng": row["points"]})
        text = [json.dumps(record, ensure_ascii=False) + "\n" for record in lines]
        if year == 2025:
            text.insert(30, text[8])
            text.insert(70, json.dumps({**lines[9], "händelse": "okänd"}, ensure_ascii=False) + "\n")
            text.insert(90, '{"medlem": {"kundnr": "C0000\n')
            counts.add(rows_duplicate=1, rows_rejected=2)
        write(f"klubb/klubb_{year}.jsonl", "".join(text).encode())
        counts.add(files=1, rows_read=len(text))


def surveys(rows, _, counts):
    """A workbook per year: a title, a note, an empty row, the header, and the answers on the second sheet."""
    columns = {"Svarsnr": "response_id", "E-post": "email", "Kundnr": "customer_id", "Besvarad": "responded_at",
               "Typ": "survey_type", "Resa": "journey", "Kontaktpunkt": "touchpoint", "NPS": "nps", "CSAT": "csat",
               "CES": "ces", "Kommentar": "comment", "Nöjdhet": "satisfaction", "Förväntan": "expectation",
               "Ideal": "ideal", "Tillit": "trust", "Känsla": "emotion"}
    groups = {"survey_type": "enkät", "journey": "resa", "touchpoint": "kontaktpunkt"}
    for year in (2024, 2025):
        book = Workbook()
        book.active.title = "Läs mig"
        book.active["A1"] = "Svaren finns på nästa blad"
        sheet = book.create_sheet("Svar")
        sheet["A1"], sheet["A2"] = f"Kundenkät {year}", "Exporterad ur enkätverktyget"
        sheet.append([])
        sheet.append([]) if sheet.max_row < 3 else None
        for at, name in enumerate(columns, start=1):
            sheet.cell(row=4, column=at, value=name)
        answers = [row for row in rows if row["responded_at"].year == year]
        records = [[word(groups[column], row[column]) if column in groups else row[column]
                    for column in columns.values()] for row in answers]
        if year == 2025:
            impossible = [*records[3]]
            impossible[0], impossible[4], impossible[7] = 990_001, "relation", 11
            records.insert(40, impossible)
            counts.add(rows_rejected=1)
        for below, record in enumerate(records, start=5):
            for at, value in enumerate(record, start=1):
                if value is None:
                    continue
                cell = sheet.cell(row=below, column=at, value=value)
                if isinstance(value, datetime):
                    cell.number_format = "yyyy-mm-dd hh:mm:ss"
        write(f"enkat/enkat_{year}.xlsx", workbook(book))
        counts.add(files=1, rows_read=len(records))


def workbook(book):
    """The bytes of a workbook without the time it was written at."""
    out, still = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as written, zipfile.ZipFile(still, "w") as kept:
        for name in sorted(written.namelist()):
            data = written.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", data)
            kept.writestr(zipfile.ZipInfo(name, ZIP_DAY), data, zipfile.ZIP_DEFLATED, 9)
    return still.getvalue()


def survey_invitations(rows, _, counts):
    """Packed with xz, plain inside."""
    text = line(["kundnr", "enkät", "skickad", "kanal"], ",")
    text += "".join(line([row["customer_id"], words.SURVEYS[row["survey_type"]], row["sent_at"],
                          words.CHANNELS[row["channel"]]], ",") for row in rows)
    write("inbjudningar.csv.xz", lzma.compress(text.encode(), preset=6))
    counts.add(files=1, rows_read=len(rows))


def employee_surveys(rows, _, counts):
    """No header, remarks in between, Latin-9."""
    text = "# Medarbetarenkät, ett svar per rad: enhet | tidpunkt | engagemang | eNPS\r\n"
    text += "".join(line([row["unit"], row["responded_at"], row["engagement"], row["enps"]], "|") for row in rows)
    write("medarbetare.txt", (text + "# Slut på enkäten\r\n").encode("iso-8859-15"))
    counts.add(files=1, rows_read=len(rows))


def activity_costs(rows, _, counts):
    """Points between thousands, and the euro sign."""
    text = line(["Aktivitet", "Månad", "Kostnad", "Minuter"])
    text += "".join(line([words.ACTIVITIES[row["activity"]], f"01.{row['period'][5:7]}.{row['period'][:4]}",
                          amount(row["pool_cost"], ".", " €"),
                          amount(str(row["practical_capacity_minutes"]), ".")]) for row in rows)
    write("aktivitetskostnader.csv", in_windows(text))
    counts.add(files=1, rows_read=len(rows))


def exchange_rates(rows, _, counts):
    """Euro per unit."""
    text = line(["Valuta", "Gäller från", "Kurs"])
    text += "".join(line([row["currency"], day(row["valid_from"]), row["rate"].replace(".", ",")]) for row in rows)
    write("valutakurser.csv", in_windows(text))
    counts.add(files=1, rows_read=len(rows))


SOURCES = {"crm_customers": customers, "crm_interactions": interactions, "transactions": transactions,
           "products": products, "surveys": surveys, "survey_invitations": survey_invitations,
           "employee_surveys": employee_surveys, "loyalty_events": loyalty_events, "activity_costs": activity_costs,
           "exchange_rates": exchange_rates}
# The name in the pipeline, where it differs.
NAMES = {"products": "products"}


def main():
    rows, people = clean.make_rows()
    truth = {"as_of": f"{LAST_DAY}", **clean.make_truth(rows, people), "sources": {}}
    for source, write_source in SOURCES.items():
        counts = Counts()
        write_source(rows[source], Random(f"{clean.SEED} mess of {source}"), counts)
        truth["sources"][NAMES.get(source, source)] = counts.done()
    (HERE / "truth.json").write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
