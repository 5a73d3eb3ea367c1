#!/usr/bin/env python3
"""Writes customers.csv, and what scikit-learn's k-means makes of it: start.csv, centroids.csv, members.csv, figures.csv.

    python3 expectations.py        needs numpy and scikit-learn

The customers are four planted types of unequal size, five features of very different units, some of them overlapping,
so that Lloyd's algorithm needs several rounds. Both sides start from the same centroids (start.csv, standardised) and
go on until no customer changes cluster.
"""
import csv
from pathlib import Path
from random import Random

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
WEIGHTS = np.array([1.0, 0.5, 1.0, 2.0, 0.75])
TYPES = [  # customers, mean and spread of each feature
    (140, [0.9, 120.0, 1.2, 0.05, 3.0], [0.08, 60.0, 0.3, 0.03, 1.5]),
    (90, [0.3, 900.0, 3.5, 0.10, 1.0], [0.15, 400.0, 1.0, 0.05, 1.0]),
    (50, [0.5, 300.0, 2.0, 0.35, 9.0], [0.25, 150.0, 0.7, 0.10, 3.0]),
    (20, [0.1, 2500.0, 2.5, 0.20, 0.2], [0.05, 600.0, 0.8, 0.08, 0.1]),
]


def write(name, rows):
    with open(HERE / name, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def main():
    rng = Random(1957)  # the year of Lloyd's memorandum
    rows = [[round(rng.gauss(m, s), 6) for m, s in zip(mean, spread)] for n, mean, spread in TYPES for _ in range(n)]
    rng.shuffle(rows)
    features = np.array(rows)
    scaler = StandardScaler().fit(features)
    scaled = scaler.transform(features)
    start = scaled[[rng.randrange(len(rows)) for _ in TYPES]]
    model = KMeans(n_clusters=len(TYPES), init=start * WEIGHTS, n_init=1, tol=0, max_iter=300, algorithm="lloyd")
    members = model.fit_predict(scaled * WEIGHTS)
    write("customers.csv", rows)
    write("start.csv", [[repr(float(v)) for v in row] for row in start])
    write("centroids.csv", [[repr(float(v)) for v in row]
                            for row in scaler.inverse_transform(model.cluster_centers_ / WEIGHTS)])
    write("members.csv", [[int(cluster) + 1] for cluster in members])
    write("figures.csv", [["inertia", repr(float(model.inertia_))],
                          ["silhouette", repr(float(silhouette_score(scaled * WEIGHTS, members)))],
                          ["rounds", model.n_iter_]])
    print(f"{len(rows)} customers, {model.n_iter_} rounds, sizes {np.bincount(members).tolist()}")


if __name__ == "__main__":
    main()
