#!/usr/bin/env python3
"""Compares lojal's drivers, priorities and top-down check with numpy, figure by figure, to 1e-9.

    drivers_oracle.py --data DIR --warehouse DIR [--as-of DATE]

DIR holds the extracts from which the warehouse was published, with the pipeline's default vars and lookups, no exchange
rates and no discounts above the price. The warehouse provides which records are one person (customer_identities) and
the expected values (customer_values); everything else is computed from the extracts, importance from every subset of
drivers by least squares on correlations. Bootstrap figures depend on lojal's own random numbers, so only their order is
checked. Needs numpy, pandas, duckdb and scipy. Exits 1 when any figure differs.
"""
import argparse
import itertools
import math
import os
import sys

import duckdb
import numpy as np
import pandas as pd
from scipy import stats

RATES = {"SEK": 100, "NOK": 98, "DKK": 152, "EUR": 1135}
WINDOW, LEAST, LENT, SUPPRESSED = 365, 30, 60, 5


def extract(db, data, name, columns):
    """The extract as a table, optional columns null where the file lacks them."""
    path = os.path.join(data, f"{name}.csv")
    have = {row[0] for row in db.execute(f"describe select * from read_csv('{path}', all_varchar=true)").fetchall()}
    select = ", ".join(f"try_cast({c if c in have else 'null'} as {t}) as {c}" for c, t in columns.items())
    return db.execute(f"select {select} from read_csv('{path}', all_varchar=true)").df()


def lmg(joint):
    """Average gain in R^2 over all orders, by the subsets' R^2; row 0 is the target."""
    k = len(joint) - 1
    r2 = {(): 0.0}
    for size in range(1, k + 1):
        for s in itertools.combinations(range(1, k + 1), size):
            r = joint[list(s), 0]
            r2[s] = r @ np.linalg.lstsq(joint[np.ix_(s, s)], r, rcond=None)[0]
    found = np.zeros(k)
    for j in range(1, k + 1):
        rest = [i for i in range(1, k + 1) if i != j]
        for size in range(k):
            weight = math.factorial(size) * math.factorial(k - size - 1) / math.factorial(k)
            for s in itertools.combinations(rest, size):
                found[j - 1] += weight * (r2[tuple(sorted(s + (j,)))] - r2[s])
    return found, r2[tuple(range(1, k + 1))]


def johnson(joint):
    values, vectors = np.linalg.eigh(joint[1:, 1:])
    root = vectors @ np.diag(np.sqrt(np.maximum(values, 0))) @ vectors.T
    # Generalised inverse: with duplicate drivers, the direction without variance explains nothing.
    return root ** 2 @ (np.linalg.pinv(root, rcond=1e-5) @ joint[1:, 0]) ** 2


def correlations(frame):
    """Pairwise. Drivers that too few people answered together share the correlation of all such rows, which their own
    rows move (the mean of the other pairs if there are too few in all). Eigenvalues that sampling error can have made
    too small are raised."""
    k = frame.shape[1]
    scores = (frame - frame.mean()) / frame.std(ddof=0)
    joint, unknown, known, seldom = np.eye(k), [], [], {}
    for a in range(1, k):
        for b in range(a):
            both = frame[[frame.columns[a], frame.columns[b]]].dropna()
            r = np.corrcoef(both.T.to_numpy())[0, 1] if len(both) >= (2 if b == 0 else LEAST) else np.nan
            if np.isnan(r):
                unknown.append((a, b))
                if b and len(both) < LEAST:
                    x, y = scores.loc[both.index, both.columns].to_numpy().T
                    seldom[a, b] = len(both), x @ y, (x @ x + y @ y) / 2
            else:
                joint[a, b] = joint[b, a] = r
                known += [r] if b else []
    for a, b in unknown:
        joint[a, b] = joint[b, a] = np.mean(known) if b and known else 0.0
    if sum(count for count, _, _ in seldom.values()) >= LEAST:
        pooled = sum(product for _, product, _ in seldom.values()) / sum(square for _, _, square in seldom.values())
        for (a, b), (_, product, square) in seldom.items():
            joint[a, b] = joint[b, a] = (product + LENT * pooled) / (square + LENT)
    raw = joint.copy()
    if frame.isna().any().any():
        together = frame.notna().to_numpy(dtype=int)
        pairs = (together.T @ together)[np.tril_indices(k, -1)]
        error = np.mean(1 / pairs[pairs >= LEAST] - 1 / len(frame))
        least = min(0.5 * math.sqrt(error * k), 0.2)
        values, vectors = np.linalg.eigh(joint)
        if values.min() <= least:
            joint = vectors @ np.diag(np.maximum(values, least)) @ vectors.T
            scale = np.sqrt(np.diag(joint))
            joint = joint / np.outer(scale, scale)
    return raw, joint


class Differences:
    def __init__(self):
        self.figures, self.wrong, self.worst = 0, 0, 0.0

    def compare(self, what, ours, theirs):
        self.figures += 1
        missing = [value is None or (isinstance(value, float) and math.isnan(value)) for value in (ours, theirs)]
        if any(missing):
            same = all(missing)
        elif isinstance(theirs, (int, float, np.number)):
            self.worst = max(self.worst, abs(float(ours) - float(theirs)))
            same = abs(float(ours) - float(theirs)) <= 1e-9 * max(1.0, abs(float(theirs)))
        else:
            same = ours == theirs
        if not same:
            self.wrong += 1
            print(f"{what}: {ours} in the warehouse, {theirs} by the oracle", file=sys.stderr)


def load(args):
    db = duckdb.connect()
    survey_columns = dict(response_id="bigint", email="varchar", customer_id="varchar", responded_at="timestamp",
                          survey_type="varchar", journey="varchar", touchpoint="varchar", nps="bigint", csat="bigint",
                          ces="bigint", satisfaction="bigint", expectation="bigint", ideal="bigint", trust="bigint",
                          emotion="bigint")
    answers = extract(db, args.data, "surveys", survey_columns).drop_duplicates()
    crm = extract(db, args.data, "crm_customers", dict(customer_id="varchar", email="varchar"))
    ids = db.execute(f"""select source_id, customer_key
                         from '{args.warehouse}/current/restricted/customer_identities/*.parquet'
                         where known_to is null""").df()
    person = dict(zip(ids.source_id, ids.customer_key))
    key = lambda emails: emails.str.strip().str.lower()
    owners = pd.Series(crm.customer_id.map(person).to_numpy(), index=key(crm.email))
    owners = owners[owners.index.notna() & (owners.index != "")].dropna()
    owners = owners[~owners.index.duplicated()]
    answers["person"] = answers.customer_id.map(person).fillna(key(answers.email).map(owners))
    end = pd.Timestamp(args.as_of) + pd.Timedelta(days=1)
    answers = answers[answers.responded_at < end].copy()
    answers["day"] = answers.responded_at.dt.normalize()

    lines = extract(db, args.data, "transactions", dict(
        transaction_id="bigint", customer_id="varchar", ordered_at="timestamp", product_id="varchar", quantity="bigint",
        line_no="bigint", unit_price="decimal(12,2)", discount="decimal(12,2)", currency="varchar",
        is_return="boolean"))
    cost = extract(db, args.data, "products", dict(product_id="varchar", unit_cost="decimal(12,2)"))
    minor = lambda column: (column.astype(float) * 100).round().fillna(0).astype(np.int64)
    lines = lines[lines.ordered_at < end].merge(cost, on="product_id", how="left")
    charged = lines.quantity * minor(lines.unit_price) - minor(lines.discount)
    net = (charged * lines.currency.map(RATES) + 50) // 100
    lines["profit"] = (net - lines.quantity * minor(lines.unit_cost)) * np.where(lines.is_return, -1, 1)
    lines["person"] = lines.customer_id.map(person)
    orders = lines.groupby("transaction_id").agg(
        person=("person", "first"), at=("ordered_at", "first"), is_return=("is_return", "first"),
        profit=("profit", "sum")).dropna(subset="person")
    orders["day"] = orders["at"].dt.normalize()

    contacts = extract(db, args.data, "crm_interactions", dict(
        customer_id="varchar", occurred_at="timestamp", touchpoint="varchar", journey="varchar"))
    contacts = contacts[contacts.occurred_at < end].copy()
    contacts["person"] = contacts.customer_id.map(person)
    contacts["day"] = contacts.occurred_at.dt.normalize()
    values = db.execute(f"""select customer_key as person, value_segment, expected_margin_12m
                            from '{args.warehouse}/current/customer_values/*.parquet'""").df()
    return db, answers, orders, contacts, values


def with_journeys(answers, contacts):
    """Assigns each touchpoint to the first of its journeys by name, and adds the scores 0-100."""
    touched = answers[answers.survey_type == "touchpoint"]
    seen = pd.concat([touched[["touchpoint", "journey"]], contacts[["touchpoint", "journey"]]])
    first = seen.dropna().groupby("touchpoint").journey.min()
    for frame in (answers, contacts):
        frame["journey"] = frame.touchpoint.map(first).fillna(frame.journey)
    answers["score"] = np.where(
        answers.survey_type == "touchpoint",
        ((answers.csat - 1) * 25.0).fillna((answers.ces - 1) * 100 / 6).fillna(answers.nps * 10.0), np.nan)
    return first


def bases(answers, as_of):
    said = answers[(answers.survey_type == "relationship") & answers.person.notna()]
    index = said.satisfaction + said.expectation + said.ideal
    done = answers[answers.person.notna() & ((pd.Timestamp(as_of) - answers.day).dt.days >= 365)]
    in_order = ["responded_at", "response_id"]
    latest = lambda rows: rows.sort_values(in_order).groupby("person").tail(1).set_index("person")
    return {"nps": latest(said[said.nps.notna()]),
            "satisfaction_index": latest(said.assign(index=(index - 3) / 27 * 100)[index.notna()]),
            "done": latest(done)}


def outcomes(base, orders):
    rows = orders.join(base[["responded_at", "day"]].rename(columns={"day": "base_day"}), on="person", how="inner")
    days = (rows.day - rows.base_day).dt.days
    rows["after"] = (rows["at"] > rows.responded_at) & (days <= 365)
    rows["before"] = (rows["at"] <= rows.responded_at) & (days >= -365)
    rows["bought"] = (rows["at"] <= rows.responded_at) & ~rows.is_return
    rows["kept"] = rows.after & ~rows.is_return
    rows["growth"] = np.where(rows.after, rows.profit, 0) - np.where(rows.before, rows.profit, 0)
    persons = rows.groupby("person").agg(bought=("bought", "any"), kept=("kept", "any"), growth=("growth", "sum"))
    persons = persons[persons.bought]
    cut = len(persons) // 100
    if len(persons):
        ordered = np.sort(persons.growth.to_numpy())
        persons["growth"] = persons.growth.clip(ordered[cut], ordered[-1 - cut])
    return persons.kept.astype(float), persons.growth / 100


def scores(kind, base, answers):
    base = base[["responded_at", "day", "response_id"]].add_prefix("base_").reset_index()
    rows = answers[answers.score.notna() & answers.person.notna()].merge(base, on="person")
    rows = rows[(rows.responded_at <= rows.base_responded_at) & ((rows.base_day - rows.day).dt.days < WINDOW)]
    attitudes = answers[(answers.survey_type == "relationship") & (answers.trust.notna() | answers.emotion.notna())]
    attitudes = attitudes.merge(base, on="person")
    same = attitudes.response_id == attitudes.base_response_id
    window = ((attitudes.responded_at <= attitudes.base_responded_at)
              & ((attitudes.base_day - attitudes.day).dt.days < WINDOW))
    attitudes = attitudes[same | (window if kind == "done" else False)]
    attitudes = attitudes.sort_values(["responded_at", "response_id"]).groupby("person").tail(1).set_index("person")
    journeys = rows.dropna(subset="journey").groupby(["person", "journey"]).score.mean().unstack()
    journeys = journeys.join(attitudes[["trust", "emotion"]].astype(float).dropna(how="all"), how="outer")
    sets = {"journeys": journeys}
    for journey, part in rows.dropna(subset=["journey", "touchpoint"]).groupby("journey"):
        sets[f"touchpoints of {journey}"] = part.groupby(["person", "touchpoint"]).score.mean().unstack()
    return sets


def check_drivers(db, args, answers, orders, found):
    ours = db.execute(f"select * from '{args.warehouse}/current/cx_drivers/*.parquet'").df()
    ours = ours.astype(object).where(ours.notna(), None)
    base = bases(answers, args.as_of)
    kept, growth = outcomes(base["done"], orders)
    targets = {"nps": ("nps", base["nps"].nps.astype(float)),
               "satisfaction_index": ("satisfaction_index", base["satisfaction_index"]["index"].astype(float)),
               "retention_12m": ("done", kept), "margin_growth_12m": ("done", growth)}
    sets = {kind: scores(kind, rows, answers) for kind, rows in base.items()}
    weighed = 0
    for (target, name), rows in ours.groupby(["target", "driver_set"]):
        kind, y = targets[target]
        frame = sets[kind].get(name, pd.DataFrame())
        frame = frame.join(y.rename("target"), how="inner") if len(frame) else frame
        drivers = [d for d in rows.driver if d in frame and frame[d].notna().sum() >= LEAST
                   and frame[d].nunique() > 1 and frame.target[frame[d].notna()].nunique() > 1]
        expected = {}
        if drivers:
            part = frame[["target", *drivers]].dropna(subset=drivers, how="all")
            # The target's correlations use the values of all its rows, as the drivers' own do.
            raw, joint = correlations(part)
            shares, r2 = lmg(joint)
            weights = johnson(joint)
            for i, driver in enumerate(drivers):
                expected[driver] = dict(importance=shares[i], importance_share=shares[i] / r2,
                                        johnson_weight=weights[i], correlation=raw[0, i + 1], r_squared=r2)
        for row in rows.to_dict("records"):
            driver, what = row["driver"], f"{target} / {name} / {row['driver']}"
            count = int(frame[driver].notna().sum()) if driver in frame else 0
            found.compare(f"{what} responses", row["responses"], count)
            found.compare(f"{what} set_responses", row["set_responses"], len(frame))
            if count >= SUPPRESSED:
                found.compare(f"{what} mean_score", row["mean_score"], frame[driver].mean())
            for column in ("importance", "importance_share", "johnson_weight", "correlation"):
                found.compare(f"{what} {column}", row[column], expected.get(driver, {}).get(column))
            if driver in expected:
                weighed += 1
                found.compare(f"{what} r_squared", row["r_squared"], expected[driver]["r_squared"])
                inside = row["ci_low"] <= row["ci_high"] and row["share_ci_low"] <= row["share_ci_high"]
                found.compare(f"{what} intervals in order", inside, True)
    print(f"cx_drivers: {len(ours)} rows, {weighed} of them weighed")


def check_priorities(db, args, answers, contacts, values, found):
    ours = db.execute(f"select * from '{args.warehouse}/current/cx_priorities/*.parquet'").df()
    ours = ours.astype(object).where(ours.notna(), None)
    drivers = db.execute(f"""select driver_type as level, driver as item, importance, correlation
                             from '{args.warehouse}/current/cx_drivers/*.parquet' where target = 'nps'""").df()
    drivers = drivers.set_index(["level", "item"])
    since = pd.Timestamp(args.as_of) - pd.DateOffset(months=12)
    recent = contacts[(contacts.day > since) & contacts.person.notna()].merge(values, on="person", how="left")
    recent["value_segment"] = recent.value_segment.fillna("no purchase")
    rated = answers[(answers.day > since) & answers.score.notna()].merge(values, on="person", how="left")
    rated["value_segment"] = rated.value_segment.where(rated.person.isna() | rated.value_segment.notna(), "no purchase")
    for row in ours.to_dict("records"):
        what = f"{row['level']} / {row['item']} / {row['segment']}"
        mine = recent[(recent[row["level"]] == row["item"])]
        theirs = rated[(rated[row["level"]] == row["item"])]
        if row["segment"] != "all":
            mine, theirs = (frame[frame.value_segment == row["segment"]] for frame in (mine, theirs))
        persons = mine.drop_duplicates("person")
        margin = float(persons.expected_margin_12m.astype(float).sum())
        found.compare(f"{what} customers", row["customers_affected"], len(persons))
        found.compare(f"{what} margin", float(row["expected_margin_12m"]), round(margin, 2))
        n = len(theirs)
        people = theirs.person.nunique() + theirs.person.isna().sum()
        if 0 < people < SUPPRESSED:
            found.compare(f"{what} is suppressed", row["is_suppressed"], True)
        if row["is_suppressed"]:
            continue
        found.compare(f"{what} responses", row["responses"], n)
        if n == 0:
            continue
        mean = theirs.score.mean()
        found.compare(f"{what} performance", row["performance"], mean)
        if n > 1:
            half = stats.t.ppf(0.975, n - 1) * theirs.score.std() / math.sqrt(n)
            found.compare(f"{what} ci_low", row["performance_ci_low"], max(mean - half, 0.0))
            found.compare(f"{what} ci_high", row["performance_ci_high"], min(mean + half, 100.0))
        driver = drivers.loc[(row["level"], row["item"])]
        if not np.isnan(driver.importance):
            stake = margin * (100 - mean) / 100 * driver.importance if driver.correlation > 0 else 0.0
            off = abs(float(row["profit_at_stake"]) - stake) > 0.0051
            found.compare(f"{what} profit_at_stake {row['profit_at_stake']} against {stake}", off, False)
    print(f"cx_priorities: {len(ours)} rows")


def check_top_down(db, args, answers, contacts, found):
    ours = db.execute(f"select * from '{args.warehouse}/current/top_down_check/*.parquet'").df()
    weights = db.execute(f"""select driver, importance_share, correlation
        from '{args.warehouse}/current/cx_drivers/*.parquet'
        where target = 'nps' and driver_type = 'journey' and importance_share is not null""").df()
    weights = {row.driver: row.importance_share if row.correlation > 0 else 0.0 for row in weights.itertuples()}
    ours = ours.astype(object).where(ours.notna(), None)
    said = answers[(answers.survey_type == "relationship") & answers.nps.notna()]
    both = contacts[contacts.person.notna()].merge(
        said[said.person.notna()][["person", "response_id", "responded_at", "day", "nps"]], on="person",
        suffixes=("_c", ""))
    both = both[(both.occurred_at <= both.responded_at) & ((both.day - both.day_c).dt.days < WINDOW)]
    both = pd.concat([both[["journey", "response_id", "day", "nps"]].drop_duplicates(), said.assign(journey="all")])
    quarter = lambda days: days.dt.to_period("Q").dt.start_time
    groups = {key: part.nps for key, part in both.groupby([quarter(both.day), "journey"])}
    rated = answers[answers.score.notna()]
    marks = {key: part.score for key, part in rated.groupby([quarter(rated.day), "journey"])}
    mean = lambda key: marks[key].mean() if len(marks.get(key, ())) >= SUPPRESSED else None
    net = lambda key: (100 * ((groups[key] >= 9).mean() - (groups[key] <= 6).mean())
                       if len(groups.get(key, ())) >= SUPPRESSED else None)
    less = lambda one, other: one - other if one is not None and other is not None else None
    changes = {}
    for row in ours.to_dict("records"):
        key, before = (row["quarter"], row["journey"]), (row["quarter"] - pd.DateOffset(months=3), row["journey"])
        what = f"{row['quarter'].date()} / {row['journey']}"
        found.compare(f"{what} nps", row["relationship_nps"], net(key))
        found.compare(f"{what} nps change", row["nps_change"], less(net(key), net(before)))
        found.compare(f"{what} nps responses", row["nps_responses"], len(groups.get(key, ())))
        if row["journey"] == "all":
            shown = {j: mean((key[0], j)) for j in {j for q, j in marks if q == key[0]}}
            weight = lambda j: weights.get(j, 0.0) if sum(weights.values()) > 0 else 1.0
            level = [(weight(j), m) for j, m in shown.items() if m is not None and weight(j)]
            moved = [(weight(j), less(m, mean((before[0], j)))) for j, m in shown.items() if weight(j)]
            moved = [(w, m) for w, m in moved if m is not None]
            score, change = (sum(w * m for w, m in part) / sum(w for w, _ in part) if part else None
                             for part in (level, moved))
            # Weights and means are kept to six decimals.
            for name, mine, theirs in (("score", row["score"], score), ("score change", row["score_change"], change)):
                same = mine is None if theirs is None else mine is not None and abs(mine - theirs) < 2e-4
                found.compare(f"{what} {name}: {mine}, {theirs}", same, True)
        else:
            found.compare(f"{what} score", row["score"], mean(key))
            found.compare(f"{what} score change", row["score_change"], less(mean(key), mean(before)))
            found.compare(f"{what} score responses", row["score_responses"], len(marks.get(key, ())))
        if row["nps_change"] is not None and row["score_change"] is not None:
            changes.setdefault(row["journey"], []).append((row["nps_change"], row["score_change"]))
    for journey, part in ours.groupby("journey"):
        pairs = np.array(changes.get(journey, []))
        r = np.corrcoef(pairs.T)[0, 1] if len(pairs) > 2 else None
        mine = part.correlation.iloc[0]
        # Changes are kept to two decimals.
        found.compare(f"{journey} correlation {mine}, {r}", mine is None if r is None else abs(mine - r) < 1e-3, True)
    print(f"top_down_check: {len(ours)} rows")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of extracts")
    parser.add_argument("--warehouse", required=True, help="warehouse made from them")
    parser.add_argument("--as-of", default="2025-12-31", help="its as-of date")
    args = parser.parse_args()
    db, answers, orders, contacts, values = load(args)
    with_journeys(answers, contacts)
    found = Differences()
    check_drivers(db, args, answers, orders, found)
    check_priorities(db, args, answers, contacts, values, found)
    check_top_down(db, args, answers, contacts, found)
    print(f"{found.figures} figures compared, {found.wrong} differ; largest difference of a number {found.worst:.1e}")
    return int(found.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
