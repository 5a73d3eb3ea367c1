//! The documentation of the functions of the Gamma-Gamma model.

use datafusion::logical_expr::Documentation;

use super::gamma_gamma::LEAST_CUSTOMERS;
use crate::functions::topic;

const FREQUENCY: &str = "Integer: the purchases that mean_spend is the mean of (by custom the repeat purchase days, without the \
    first purchase).";

/// Documentation of `gamma_gamma_fit`.
pub(super) fn fit() -> Documentation {
    Documentation::builder(
        topic::VALUE,
        format!(
            "Fits the Gamma-Gamma model of spend per purchase by maximum likelihood over customers (Fader and Hardie, 2013, The \
             Gamma-Gamma Model of Monetary Value). Rows with a null, frequency 0 or spend of 0 or less are ignored. The order \
             of rows does not matter. Returns a struct:\n\n\
             - p, q, gamma, log_likelihood;\n\
             - correlation: Pearson, of frequency and mean_spend, which the model assumes to be independent;\n\
             - customers: those used;\n\
             - status: 'fitted', or why there are no parameters: 'too few customers' (below {LEAST_CUSTOMERS}), 'infinite mean \
             spend (q <= 1)', 'no inner maximum' (spends are too similar) or 'no convergence'."
        ),
        "gamma_gamma_fit(frequency, mean_spend)",
    )
    .with_alternative_syntax("gamma_gamma_fit(frequency, mean_spend, customers)")
    .with_sql_example("select gamma_gamma_fit(frequency, mean_order_margin) as fit from histories")
    .with_argument("frequency", FREQUENCY)
    .with_argument("mean_spend", "Number: mean spend per purchase.")
    .with_argument("customers", "Integer: how many customers share the two values. Default: 1.")
    .with_related_udf("expected_spend")
    .build()
}

pub(super) fn expected_spend() -> Documentation {
    Documentation::builder(
        topic::VALUE,
        "Returns the spend per purchase expected of a customer: the customer's own mean, drawn towards the mean of all customers \
         the more, the fewer purchases there are. With frequency 0, or mean_spend null, it is the mean of all, p gamma / (q - 1). \
         Spend below 0 counts as 0. Never negative or infinite. Null where fit or frequency is null, or the model was not fitted.",
        "expected_spend(fit, frequency, mean_spend)",
    )
    .with_sql_example("select customer_no, expected_spend(fits.fit, frequency, mean_order_margin) from histories cross join fits")
    .with_argument("fit", "Struct from gamma_gamma_fit.")
    .with_argument("frequency", FREQUENCY)
    .with_argument("mean_spend", "Number: mean spend per purchase.")
    .with_related_udf("gamma_gamma_fit")
    .with_related_udf("clv")
    .build()
}
