#!/usr/bin/env python3
"""The same fit and scoring with pymc-marketing, maximum a posteriori: pymc_marketing_job.py FOLDER OUT."""
import json
import os
import sys

import pandas as pd
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel

folder, out = sys.argv[1:3]
data = pd.read_csv(os.path.join(folder, "customers.csv"))
table = data.rename(columns={"age": "T", "spend": "monetary_value"})
purchases = BetaGeoModel(data=table)
purchases.fit(method="map", progressbar=False)
spend = GammaGammaModel(data=table[(table.frequency > 0) & (table.monetary_value > 0)])
spend.fit(method="map", progressbar=False)


def column(found):
    return found.mean(("chain", "draw")).values


pd.DataFrame({
    "customer_id": data.customer_id,
    "p_alive": column(purchases.expected_probability_alive(table)),
    "expected_purchases": column(purchases.expected_purchases(table, future_t=365)),
    "expected_spend": column(spend.expected_customer_spend(table)),
    "clv": column(spend.expected_customer_lifetime_value(purchases, table, future_t=12, discount_rate=1.1 ** (30 / 365) - 1,
                                                         time_unit="D")),
}).to_parquet(os.path.join(out, "pymc_marketing.parquet"))
with open(os.path.join(out, "pymc_marketing.json"), "w") as file:
    posterior = {**purchases.fit_result.data_vars, **spend.fit_result.data_vars}
    json.dump({name: float(value.mean()) for name, value in posterior.items() if value.ndim <= 2}, file)
