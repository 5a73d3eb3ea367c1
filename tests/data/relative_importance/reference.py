#!/usr/bin/env python3
"""Writes complete.csv, mild.csv, sparse.csv, rare.csv, rarest.csv and reference.json: relative importance as numpy makes it.

    python3 reference.py        needs numpy and pandas

complete.csv has correlated drivers without missing cells; sparse.csv has half of its cells missing, one driver that is
seldom answered together with another, and so many drivers for its rows that the pairwise correlations need repair.
mild.csv has few missing cells and needs none. In rare.csv some drivers are answered together too seldom for a correlation
of their own and share a pooled one; in rarest.csv all are. LMG is made by brute force, one least-squares solution per set of drivers;
Johnson's weights from numpy's eigendecomposition; pairwise correlations by pandas.

swiss.csv (Switzerland 1888) and mtcars4.csv (Motor Trend 1974) are data sets that come with R; published.json has their
LMG and relative weights, and is not written here.
"""
import json
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
LEAST_RESPONSES = 30
MOST_ERROR = 0.2
LENT_RESPONSES = 60


def r_squared(joint, drivers):
    if not drivers:
        return 0.0
    index = [driver + 1 for driver in drivers]
    with_target = joint[0, index]
    return float(with_target @ np.linalg.solve(joint[np.ix_(index, index)], with_target))


def lmg(joint):
    p = len(joint) - 1
    explained = {}
    for size in range(p + 1):
        for drivers in combinations(range(p), size):
            explained[drivers] = r_squared(joint, list(drivers))
    found = []
    for driver in range(p):
        others = [other for other in range(p) if other != driver]
        gain = 0.0
        for size in range(p):
            for drivers in combinations(others, size):
                joined = tuple(sorted((*drivers, driver)))
                gain += (explained[joined] - explained[drivers]) / (p * comb(p - 1, size))
        found.append(gain)
    return found, explained[tuple(range(p))]


def johnson(joint):
    values, vectors = np.linalg.eigh(joint[1:, 1:])
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    slopes = np.linalg.solve(root, joint[0, 1:])
    return ((root ** 2) @ (slopes ** 2)).tolist()


def pairwise(frame):
    joint = frame.corr(min_periods=LEAST_RESPONSES).to_numpy().copy()
    among = joint[1:, 1:]
    p = len(among)
    known = [among[i, j] for i in range(p) for j in range(i) if not np.isnan(among[i, j])]
    seldom = [(i, j) for i in range(p) for j in range(i) if np.isnan(among[i, j])]
    scores = ((frame - frame.mean()) / frame.std(ddof=0)).to_numpy()[:, 1:]
    joint_rows = {(i, j): scores[~np.isnan(scores[:, [i, j]]).any(axis=1)][:, [i, j]] for i, j in seldom}
    if sum(map(len, joint_rows.values())) >= LEAST_RESPONSES:
        stacked = np.concatenate(list(joint_rows.values()))
        pooled = 2 * (stacked[:, 0] @ stacked[:, 1]) / (stacked ** 2).sum()
        for (i, j), rows in joint_rows.items():
            # As many more responses that agree as the pooled ones do.
            among[i, j] = among[j, i] = ((rows[:, 0] @ rows[:, 1] + LENT_RESPONSES * pooled)
                                         / ((rows ** 2).sum() / 2 + LENT_RESPONSES))
        imputed = f"{len(seldom)} pairs share {pooled:.3f}"
    else:
        joint[np.isnan(joint)] = np.mean(known) if known else 0.0
        imputed = f"{len(seldom)} pairs get the mean of the others"
    answered = frame.notna().to_numpy().astype(float)
    together = (answered.T @ answered)[np.tril_indices(len(joint), -1)]
    error = np.mean(1 / together[together >= LEAST_RESPONSES] - 1 / len(frame))
    least = min(MOST_ERROR, np.sqrt(error * len(joint)) / 2)
    values, vectors = np.linalg.eigh(joint)
    method = "pairwise"
    if values.min() < least:
        method = "pairwise, repaired"
        joint = vectors @ np.diag(np.maximum(values, least)) @ vectors.T
        scale = np.sqrt(np.diag(joint))
        joint = joint / np.outer(scale, scale)
    return joint, method, imputed, f"least eigenvalue {values.min():.3f} against {least:.3f}"


def data(rng, rows, drivers, missing, decimals):
    common = rng.normal(size=(rows, 1))
    answers = 0.6 * common + rng.normal(size=(rows, drivers))
    target = answers @ rng.uniform(-0.2, 0.8, size=drivers) + rng.normal(size=rows)
    frame = pd.DataFrame(np.round(np.column_stack([target, answers]), decimals),
                         columns=["target"] + [f"driver_{place + 1}" for place in range(drivers)])
    cells = frame.to_numpy(copy=True)
    cells[:, 1:][rng.uniform(size=(rows, drivers)) < missing] = np.nan
    return pd.DataFrame(cells, columns=frame.columns)


def main():
    rng = np.random.default_rng(2009)
    complete = data(rng, 120, 7, 0.0, 3)
    mild = data(rng, 200, 5, 0.15, 3)
    sparse = data(rng, 160, 9, 0.45, 3)
    both = sparse["driver_1"].notna() & sparse["driver_2"].notna()
    sparse.loc[both[both].index[20:], "driver_2"] = np.nan
    rare = data(rng, 500, 7, 0.76, 2)
    rarest = data(rng, 250, 6, 0.75, 2)
    found = {}
    for name, frame in {"complete": complete, "mild": mild, "sparse": sparse, "rare": rare, "rarest": rarest}.items():
        frame.to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n")
        frame = frame.dropna(subset=list(frame.columns[1:]), how="all")
        raw = frame.corr().to_numpy()
        if name == "complete":
            joint, method = raw, "complete rows"
        else:
            joint, method, imputed, least = pairwise(frame)
            print(f"{name}: {method}, {imputed}, {least}")
        dominance, explained = lmg(joint)
        found[name] = {"method": method, "r_squared": explained, "lmg": dominance, "johnson": johnson(joint),
                       "correlation": raw[0, 1:].tolist(), "mean": frame.mean().to_numpy()[1:].tolist(),
                       "responses": frame.count().to_numpy()[1:].tolist()}
    (HERE / "reference.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
