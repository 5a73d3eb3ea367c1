//! What the functions of the Gamma-Gamma model say about themselves.

use datafusion::logical_expr::Documentation;
use datafusion::logical_expr::aggregate_doc_sections::DOC_SECTION_STATISTICAL;
use datafusion::logical_expr::scalar_doc_sections::DOC_SECTION_MATH;

use super::gamma_gamma::LEAST_CUSTOMERS;

const FREQUENCY: &str = "Integer: the purchases that mean_spend is a mean of (by custom the repeat purchase days, the first \
    purchase left out).";

/// Documentation of `gamma_gamma_fit`.
pub(super) fn fit() -> Documentation {
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
        format!(
            "Fits the Gamma-Gamma model of spend per purchase by maximum likelihood over customers (Fader and Hardie, 2013, The \
             Gamma-Gamma Model of Monetary Value). Customers with frequency 0 or spend of 0 or less are left out, as are nulls. \
             Returns a struct: p, q, gamma; log_likelihood; correlation (Pearson, of frequency and mean_spend: the model takes \
             them to be independent); customers (those used); status. Status is 'fitted', or says why there are no parameters: \
             'too few customers' (below {LEAST_CUSTOMERS}), 'infinite mean spend (q <= 1)', 'no inner maximum' (spends too much \
             alike) or 'no convergence'. The result does not depend on the order of rows."
        ),
        "gamma_gamma_fit(frequency, mean_spend)",
    )
    .with_alternative_syntax("gamma_gamma_fit(frequency, mean_spend, customers)")
    .with_sql_example("select gamma_gamma_fit(frequency, mean_order_margin) as fit from histories")
    .with_argument("frequency", FREQUENCY)
    .with_argument("mean_spend", "Number: mean spend per purchase.")
    .with_argument("customers", "Integer: how many customers share the two values; 1 when left out.")
    .with_related_udf("expected_spend")
    .build()
}

/// Documentation of `expected_spend`.
pub(super) fn expected_spend() -> Documentation {
    Documentation::builder(
        DOC_SECTION_MATH,
        "Returns the spend per purchase expected of a customer: the customer's own mean, drawn towards the mean over all by as \
         much as there are few purchases. With frequency 0, or mean_spend null, it is the mean over all, p gamma / (q - 1); spend \
         below 0 counts as 0. Never negative or infinite. Null where fit or frequency is null or the model was not fitted.",
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
