"""Damages a share of the e-mails, phones, names and birth dates of a CRM extract: typos, swaps and blanks, seeded."""

import argparse
import csv
import random

ATTRIBUTES = ("email", "phone", "first_name", "last_name", "birth_date")


def typo(rng, text):
    """One letter replaced, dropped or doubled, or two neighbours exchanged."""
    at = rng.randrange(len(text))
    kind = rng.randrange(4)
    if kind == 0:
        digits = text[at].isdigit()
        return text[:at] + rng.choice("0123456789" if digits else "abcdefghijklmnoprstuvy") + text[at + 1:]
    if kind == 1:
        return text[:at] + text[at + 1:]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1:at + 2] + text[at] + text[at + 2:]


def other_date(rng, text):
    """Day and month exchanged where that is a date; otherwise another day, month or year close by."""
    year, month, day = (int(part) for part in text.split("-"))
    kind = rng.randrange(3)
    if kind == 0 and day <= 12:
        month, day = day, month
    elif kind == 1:
        year += rng.choice((-10, -1, 1, 10))
    else:
        day = day % 28 + 1
    return f"{year:04}-{month:02}-{min(day, 28):02}"


def damage(rows, share, seed):
    """Damages each value with the probability `share`: one in four is blanked, the others get a typo or a swap."""
    rng = random.Random(seed)
    for row in rows:
        for name in ATTRIBUTES:
            if not row[name] or rng.random() >= share:
                continue
            if rng.random() < 0.25:
                row[name] = ""
            elif name == "birth_date":
                row[name] = other_date(rng, row[name])
            else:
                row[name] = typo(rng, row[name])
        if rng.random() < share / 4:
            row["first_name"], row["last_name"] = row["last_name"], row["first_name"]


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("extract")
    args.add_argument("output")
    args.add_argument("--percent", type=float, required=True)
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    with open(args.extract, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames, list(reader)
    damage(rows, args.percent / 100, args.seed)
    with open(args.output, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
