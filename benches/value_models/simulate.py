#!/usr/bin/env python3
"""Customers drawn from BG/NBD and Gamma-Gamma, as a CSV file: simulate.py CUSTOMERS FOLDER [SEED]."""
import os
import sys

import numpy as np
import pandas as pd

R, ALPHA, A, B = 0.6, 25.0, 0.8, 4.0  # days
P, Q, GAMMA = 6.0, 4.0, 300.0
DAYS = 1_460


def main():
    count, folder = int(sys.argv[1]), sys.argv[2]
    rng = np.random.default_rng(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    rate = rng.gamma(R, 1 / ALPHA, count)
    leave = rng.beta(A, B, count)
    age = rng.integers(1, DAYS, count)
    frequency, recency = np.zeros(count, int), np.zeros(count, int)
    now = np.zeros(count)
    here = np.ones(count, bool)
    while here.any():
        now[here] += rng.exponential(1 / np.maximum(rate[here], 1e-12))
        day = np.ceil(now).astype(np.int64, copy=False)
        here &= day <= age
        # A day counts once.
        new = here & (day > recency)
        frequency[new] += 1
        recency[new] = day[new]
        here &= ~new | (rng.random(count) >= leave)
    level = rng.gamma(Q, 1 / GAMMA, count)
    spend = np.where(frequency > 0, rng.gamma(P * np.maximum(frequency, 1), 1 / level) / np.maximum(frequency, 1), 0)
    os.makedirs(folder, exist_ok=True)
    table = pd.DataFrame({"customer_id": np.arange(1, count + 1), "frequency": frequency, "recency": recency, "age": age,
                          "spend": spend.round(2)})
    table.to_csv(os.path.join(folder, "customers.csv"), index=False)


if __name__ == "__main__":
    main()
