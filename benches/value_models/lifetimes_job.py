#!/usr/bin/env python3
"""The same fit and scoring with lifetimes: lifetimes_job.py FOLDER OUT."""
import json
import os
import sys

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

folder, out = sys.argv[1:3]
data = pd.read_csv(os.path.join(folder, "customers.csv"))
x, recency, age = data.frequency, data.recency, data.age
purchases = BetaGeoFitter().fit(x, recency, age)
repeat = data[(x > 0) & (data.spend > 0)]
spend = GammaGammaFitter().fit(repeat.frequency, repeat.spend)
expected_spend = spend.conditional_expected_average_profit(x, data.spend)
pd.DataFrame({
    "customer_id": data.customer_id,
    "p_alive": purchases.conditional_probability_alive(x, recency, age),
    "expected_purchases": purchases.conditional_expected_number_of_purchases_up_to_time(365, x, recency, age),
    "expected_spend": expected_spend,
    # lifetimes counts in months of 30 days and takes a monthly rate.
    "clv": spend.customer_lifetime_value(purchases, x, recency, age, data.spend, time=12, discount_rate=1.1 ** (30 / 365) - 1),
}).to_parquet(os.path.join(out, "lifetimes.parquet"))
with open(os.path.join(out, "lifetimes.json"), "w") as file:
    json.dump({**purchases.params_.to_dict(), **spend.params_.to_dict()}, file)
