#!/usr/bin/env python3
"""Writes reference.json: quantiles and intervals of the statistical functions as scipy and numpy make them.

    python3 reference.py        needs numpy and scipy

Answers are drawn, and intervals made from the answers themselves with scipy where it has the interval (t.interval,
Welch's confidence_interval, Wilson's, pearsonr's Fisher interval), so that totals on the one side meet raw data on the
other. Newcombe's and the adjusted Wald interval are written out here.
"""
import json
from pathlib import Path

import numpy as np
from scipy import stats

HERE = Path(__file__).parent
Z = stats.norm.ppf(0.975)


def wilson(successes, n):
    if n == 0:
        return None
    interval = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    return successes / n, float(interval.low), float(interval.high)


def newcombe(s1, n1, s2, n2):
    (p1, l1, u1), (p2, l2, u2) = wilson(s1, n1), wilson(s2, n2)
    difference = p1 - p2
    return [difference, max(-1.0, difference - np.hypot(p1 - l1, u2 - p2)), min(1.0, difference + np.hypot(u1 - p1, p2 - l2))]


def adjusted(promoters, detractors, n):
    """Mean and variance of the mean of answers scored -1, 0, 1, with three added."""
    values, counts = np.array([1.0, 0.0, -1.0]), np.array([promoters + 0.75, n - promoters - detractors + 1.5, detractors + 0.75])
    mean = np.average(values, weights=counts)
    return mean, np.average((values - mean) ** 2, weights=counts) / counts.sum()


def totals(answers):
    return [len(answers), int(answers.sum()), int((answers * answers).sum())]


def main():
    rng = np.random.default_rng(1998)
    freedoms = [1.0, 1.5, 2.0, 2.7, 3.0, 4.0, 5.0, 7.3, 10.0, 17.0, 29.4, 64.0, 100.0, 127.9, 128.0, 250.0, 999.0, 1999.9,
                2000.0, 5e3, 1e5, 1e7, 1e12]
    found = {"student": [[freedom, float(stats.t.ppf(0.975, freedom))] for freedom in freedoms]}
    shares, share_differences, means, mean_differences, nps_differences, correlations = [], [], [], [], [], []
    for _ in range(60):
        n1, n2 = int(rng.integers(1, 400)), int(rng.integers(1, 400))
        s1, s2 = int(rng.integers(0, n1 + 1)), int(rng.integers(0, n2 + 1))
        shares.append([s1, n1, *wilson(s1, n1)])
        share_differences.append([s1, n1, s2, n2, *map(float, newcombe(s1, n1, s2, n2))])
        one = rng.integers(1, 6, size=int(rng.integers(2, 60)))
        other = rng.integers(1, int(rng.integers(3, 7)), size=int(rng.integers(2, 90)))
        if one.std() > 0 and other.std() > 0:
            low, high = stats.t.interval(0.95, len(one) - 1, loc=one.mean(), scale=stats.sem(one))
            means.append([*totals(one), float(one.mean()), max(1.0, float(low)), min(5.0, float(high))])
            interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
            mean_differences.append([*totals(one), *totals(other), float(one.mean() - other.mean()), float(interval.low),
                                     float(interval.high)])
        groups = [rng.multinomial(int(rng.integers(1, 300)), rng.dirichlet([1, 1, 1])).tolist() for _ in range(2)]
        (p1, _, d1), (p2, _, d2) = groups
        n1, n2 = sum(groups[0]), sum(groups[1])
        (m1, v1), (m2, v2) = adjusted(p1, d1, n1), adjusted(p2, d2, n2)
        margin = Z * np.sqrt(v1 + v2)
        nps_differences.append([p1, d1, n1, p2, d2, n2, 100 * ((p1 - d1) / n1 - (p2 - d2) / n2),
                                float(100 * (m1 - m2 - margin)), float(100 * (m1 - m2 + margin))])
        x = rng.normal(size=int(rng.integers(4, 200)))
        pairs = stats.pearsonr(x, rng.normal() * x + rng.normal(size=len(x)))
        interval = pairs.confidence_interval(0.95)
        correlations.append([float(pairs.statistic), len(x), float(pairs.statistic), float(interval.low), float(interval.high)])
    found |= {"share_interval": shares, "share_difference": share_differences, "mean_interval": means,
              "mean_difference": mean_differences, "nps_difference": nps_differences, "correlation_interval": correlations}
    rows = ",\n".join(f' "{name}": [\n  ' + ",\n  ".join(json.dumps(row) for row in rows) + "\n ]" for name, rows in found.items())
    (HERE / "reference.json").write_text("{\n" + rows + "\n}\n")
    print({name: len(rows) for name, rows in found.items()})


if __name__ == "__main__":
    main()
