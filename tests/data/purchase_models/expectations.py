"""Expected values for the purchase and spend models, from other implementations.

    python expectations.py

needs numpy, scipy, mpmath, pandas and lifetimes, and writes beside itself:

histories.csv    log-likelihood, P(alive) and expected purchases of single histories under many parameters, extreme ones
                 included: the published formulas in mpmath, with enough digits that their cancellation does not matter
spends.csv       the same for the Gamma-Gamma model
special.csv      digamma from mpmath
cdnow_fits.json  MBG/NBD and Pareto/NBD fitted to the CDNOW sample by scipy, polished until their gradient vanishes, and
                 what lifetimes finds
cdnow_customers.csv  per customer what lifetimes predicts with the polished parameters
"""

import csv
import json
import pathlib
import random

import mpmath as mp
import numpy as np
import pandas as pd
from scipy import optimize, special

HERE = pathlib.Path(__file__).parent
CDNOW = HERE.parent / "cdnow" / "reference_bgnbd_sample2357_cal39w.csv"


def write(name, header, rows):
    with open(HERE / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def short(value):
    return mp.nstr(value, 17)


# The published formulas, one customer at a time.


def bg_terms(r, alpha, a, b, x, tx, T, modified):
    """Logarithm of the likelihood and P(alive): Fader, Hardie and Lee (2005); Batislam et al. (2007)."""
    k = x + 1 if modified else x
    here = mp.beta(a, b + k) / mp.beta(a, b) * (alpha + T) ** -(r + x)
    gone = mp.beta(a + 1, b + k - 1) / mp.beta(a, b) * (alpha + tx) ** -(r + x) if k > 0 else mp.mpf(0)
    scale = mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha)
    return scale + mp.log(here + gone), here / (here + gone)


def bg_while_here(r, alpha, a, b, x, T, t):
    """E(purchases in t | alive): equation 10 of Fader, Hardie and Lee (2005) without P(alive). b counts chances before."""
    if t == 0:
        return mp.mpf(0)

    def formula(a):
        c = a + b + x - 1
        f = mp.hyp2f1(r + x, b + x, c, t / (alpha + T + t))
        return c / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * f)

    if a == 1:  # the limit
        h = mp.mpf(10) ** -(mp.mp.dps // 4)
        return (formula(a + h) + formula(a - h)) / 2
    return formula(a)


def pareto_terms(r, alpha, s, beta, x, tx, T):
    """Equations of Fader and Hardie (2005), A Note on Deriving the Pareto/NBD Model."""
    m = r + s + x

    def a0(t):
        if alpha >= beta:
            return mp.hyp2f1(m, s + 1, m + 1, (alpha - beta) / (alpha + t)) / (alpha + t) ** m
        return mp.hyp2f1(m, r + x, m + 1, (beta - alpha) / (beta + t)) / (beta + t) ** m

    here = (alpha + T) ** -(r + x) * (beta + T) ** -s
    both = here + s / m * (a0(tx) - a0(T))
    scale = mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta)
    return scale + mp.log(both), here / both


def pareto_while_here(r, alpha, s, beta, x, T, t):
    if s == 1:
        return (r + x) * (beta + T) / (alpha + T) * mp.log((beta + T + t) / (beta + T))
    return (r + x) * (beta + T) / (alpha + T) / (s - 1) * (1 - ((beta + T) / (beta + T + t)) ** (s - 1))


def history_row(model, parameters, x, tx, T, t):
    p = [mp.mpf(value) for value in parameters]
    tx, T, t = mp.mpf(tx), mp.mpf(T), mp.mpf(t)
    if model == "pareto_nbd":
        log_likelihood, alive = pareto_terms(*p, x, tx, T)
        here, new = pareto_while_here(*p, x, T, t), pareto_while_here(*p, 0, mp.mpf(0), t)
    else:
        modified = model == "mbg_nbd"
        log_likelihood, alive = bg_terms(*p, x, tx, T, modified)
        r, alpha, a, b = p
        later = b + 1 if modified else b
        here = bg_while_here(r, alpha, a, later, x, T, t)
        new = bg_while_here(r, alpha, a, later, 0, mp.mpf(0), t) * (b / (a + b) if modified else 1)
    row = [log_likelihood, alive, alive * here, new]
    assert all(mp.isfinite(value) for value in row), (model, parameters, x, tx, T, t)
    return [model, *parameters, x, float(tx), float(T), float(t), *map(short, row)]


def histories():
    rng = random.Random(2005)
    rows = []
    mp.mp.dps = 60

    def positive(low, high):
        return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.6g}")

    for model in ["bg_nbd", "mbg_nbd", "pareto_nbd"]:
        for _ in range(150):
            if model == "pareto_nbd":
                parameters = [positive(0.05, 20), positive(0.1, 500), positive(0.05, 20), positive(0.1, 500)]
            else:
                parameters = [positive(0.05, 20), positive(0.1, 500), positive(0.02, 20), positive(0.05, 50)]
            x = rng.choice([0, 0, 1, 2, 3, 5, 10, 30, 100])
            T = round(rng.uniform(0, 1500), 3)
            tx = round(T * rng.random(), 3) if x else 0.0
            rows.append(history_row(model, parameters, x, tx, T, positive(0.1, 3000)))
        # The edges: a (or s) of 1 and next to it, no age, no horizon, ten thousand purchases, a horizon far beyond the age.
        mp.mp.dps = 400
        for third in [1.0, 1.0 + 1e-9, 1.0 - 1e-9, 0.79]:
            parameters = [0.2426, 4.4136, third, 2.4259]
            for x, tx, T, t in [
                (0, 0.0, 0.0, 39.0),
                (0, 0.0, 38.857, 39.0),
                (2, 30.43, 38.86, 39.0),
                (2, 30.43, 38.86, 0.0),
                (2, 30.43, 38.86, 1e-6),
                (1, 0.5, 1.0, 1e6),
                (10_000, 3_600.0, 3_650.0, 365.0),
                (10_000, 3_600.0, 3_600.0, 3_650.0),
                (10_000, 100.0, 3_600.0, 365.0),
            ]:
                rows.append(history_row(model, parameters, x, tx, T, t))
        mp.mp.dps = 60
    return rows


def spends():
    rng = random.Random(2013)
    mp.mp.dps = 60
    rows = []
    for _ in range(60):
        p, q, gamma = (float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.6g}") for low, high in [(0.2, 50), (1.1, 20), (0.5, 500)])
        x = rng.choice([1, 1, 2, 3, 10, 100, 10_000])
        m = float(f"{np.exp(rng.uniform(np.log(0.1), np.log(5000))):.6g}")
        P, Q, G, M = map(mp.mpf, (p, q, gamma, m))
        log_likelihood = (
            mp.loggamma(P * x + Q) - mp.loggamma(P * x) - mp.loggamma(Q) + Q * mp.log(G)
            + (P * x - 1) * mp.log(M) + P * x * mp.log(x) - (P * x + Q) * mp.log(G + x * M)
        )
        expected = (G + x * M) * P / (P * x + Q - 1)
        rows.append([p, q, gamma, x, m, short(log_likelihood), short(expected)])
    return rows


# CDNOW.


def cdnow():
    data = pd.read_csv(CDNOW)
    return data.assign(x=data.frequency.astype(float), tx=data.recency_days / 7, T=data.T_days / 7)


def mbg_log_likelihood(log_parameters, data):
    r, alpha, a, b = np.exp(log_parameters)
    x, tx, T = data.x.values, data.tx.values, data["T"].values
    g, d = special.gammaln, special.digamma
    silence = np.log(alpha + T) - np.log(alpha + tx)
    odds = np.log(a) - np.log(b + x) + (r + x) * silence
    gone = special.expit(odds)
    value = (
        g(r + x) - g(r) + r * np.log(alpha) + g(a + b) + g(b + x + 1) - g(b) - g(a + b + x + 1)
        - (r + x) * np.log(alpha + T) + np.logaddexp(0, odds)
    )
    slopes = [
        r * (d(r + x) - d(r) + np.log(alpha) - np.log(alpha + T) + gone * silence),
        alpha * (r / alpha - (r + x) / (alpha + T) + gone * (r + x) * (1 / (alpha + T) - 1 / (alpha + tx))),
        a * (d(a + b) - d(a + b + x + 1) + gone / a),
        b * (d(a + b) + d(b + x + 1) - d(b) - d(a + b + x + 1) - gone / (b + x)),
    ]
    return value.sum(), np.array([slope.sum() for slope in slopes])


def pareto_log_likelihood(log_parameters, data):
    """With the integral from recency to age by Gauss-Legendre quadrature, all parts of it positive."""
    r, alpha, s, beta = np.exp(log_parameters)
    x, tx, T = (data[name].values[:, None] for name in ["x", "tx", "T"])
    nodes, weights = np.polynomial.legendre.leggauss(60)
    y = tx + (T - tx) * (nodes + 1) / 2
    # Relative to the first term, still here.
    log_here = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    log_gone = -(r + x) * np.log(alpha + y) - (s + 1) * np.log(beta + y) + np.log(s)
    share = (np.exp(log_gone - log_here) * weights).sum(axis=1) * ((T - tx) / 2)[:, 0]
    x = x[:, 0]
    constant = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return (constant + log_here[:, 0] + np.log1p(share)).sum()


def numeric_gradient(function, point):
    """Central differences, extrapolated twice."""
    def central(h):
        out = []
        for i in range(len(point)):
            step = np.zeros(len(point))
            step[i] = h
            out.append((function(point + step) - function(point - step)) / (2 * h))
        return np.array(out)
    wide, middle, narrow = central(4e-2), central(2e-2), central(1e-2)
    first, second = (4 * middle - wide) / 3, (4 * narrow - middle) / 3
    return (16 * second - first) / 15


def cdnow_fits(data):
    from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

    mbg = optimize.minimize(
        lambda point: [-part for part in mbg_log_likelihood(point, data)], np.log([0.5, 6.0, 1.0, 2.0]), jac=True, method="BFGS"
    )
    mbg = optimize.root(lambda point: mbg_log_likelihood(point, data)[1], mbg.x, tol=1e-14).x

    likelihood = lambda point: pareto_log_likelihood(point, data)
    pareto = optimize.minimize(lambda point: -likelihood(point), np.log([0.5, 10.0, 0.6, 12.0]), method="Nelder-Mead",
                               options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 4000}).x
    pareto = optimize.root(lambda point: numeric_gradient(likelihood, point), pareto, tol=1e-12).x

    fits = {
        "mbg_nbd": {"parameters": list(np.exp(mbg)), "log_likelihood": mbg_log_likelihood(mbg, data)[0]},
        "pareto_nbd": {"parameters": list(np.exp(pareto)), "log_likelihood": likelihood(pareto)},
    }
    fitters = {"bg_nbd": BetaGeoFitter(), "mbg_nbd": ModifiedBetaGeoFitter(), "pareto_nbd": ParetoNBDFitter()}
    for name, fitter in fitters.items():
        np.random.seed(1)  # the Pareto fitter starts at random
        fitter.fit(data.frequency, data.tx, data["T"])
        fits.setdefault(name, {})["lifetimes"] = [float(value) for value in fitter.params_.values]
    for name in ["mbg_nbd", "pareto_nbd"]:
        index = fitters[name].params_.index
        fitters[name].params_ = pd.Series(fits[name]["parameters"], index=index)
    return fits, fitters


def customers(data, fitters):
    rows = []
    columns = []
    for name in ["mbg_nbd", "pareto_nbd"]:
        fitter = fitters[name]
        x, tx, T = data.frequency.values, data.tx.values, data["T"].values
        alive = np.asarray(fitter.conditional_probability_alive(x, tx, T))
        expected = np.asarray(fitter.conditional_expected_number_of_purchases_up_to_time(39, x, tx, T))
        columns += [alive, expected]
    for index, customer in enumerate(data.customer_id):
        rows.append([customer, *(f"{column[index]:.12g}" for column in columns)])
    return rows


def main():
    write(
        "histories.csv",
        ["model", "first", "second", "third", "fourth", "frequency", "recency", "age", "horizon", "log_likelihood", "p_alive",
         "expected_purchases", "expected_purchases_new"],
        histories(),
    )
    write("spends.csv", ["p", "q", "gamma", "frequency", "mean_spend", "log_likelihood", "expected_spend"], spends())
    mp.mp.dps = 40
    points = [1e-6, 1e-3, 0.1, 0.5, 1.0, 1.4616321449683622, 2.0, 3.7, 9.999, 10.0, 25.5, 1e3, 1e6, 1e12]
    write("special.csv", ["x", "digamma"], [[repr(x), short(mp.digamma(mp.mpf(x)))] for x in points])
    data = cdnow()
    fits, fitters = cdnow_fits(data)
    (HERE / "cdnow_fits.json").write_text(json.dumps(fits, indent=1) + "\n")
    write(
        "cdnow_customers.csv",
        ["customer_id", "mbg_p_alive", "mbg_expected_39w", "pareto_p_alive", "pareto_expected_39w"],
        customers(data, fitters),
    )


if __name__ == "__main__":
    main()
