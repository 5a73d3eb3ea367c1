//! The documentation of the functions of purchase models.

use datafusion::logical_expr::Documentation;
use datafusion::logical_expr::DocumentationBuilder;

use super::model::{LEAST_CUSTOMERS, PurchaseModel};
use super::prediction::Prediction;
use crate::functions::topic;

const FREQUENCY: &str = "Integer: repeat purchases, that is purchase days minus one.";
const RECENCY: &str = "Number: time from the first to the last purchase; 0 without a repeat purchase.";
const AGE: &str = "Number: time from the first purchase to the end of observation, in the unit of recency.";
const FIT: &str = "Struct from purchase_fit, bg_nbd_fit, mbg_nbd_fit or pareto_nbd_fit.";
const HORIZON: &str = "Number: time from the end of observation, in the unit that the model was fitted in.";
const NULLS: &str = "Null where an argument is null or the model was not fitted. An impossible history (recency beyond age, \
    anything negative) is an error.";

const BG_NBD: &str = "BG/NBD: customers leave, if they do, after a repeat purchase; those who bought once are certain to be \
    alive (Fader, Hardie and Lee, Marketing Science 24(2), 2005).";
const MBG_NBD: &str = "MBG/NBD: customers leave, if they do, after any purchase, the first one included (Batislam, Denizel \
    and Filiztekin, International Journal of Research in Marketing 24(3), 2007).";
const PARETO_NBD: &str = "Pareto/NBD: customers leave at any time (Schmittlein, Morrison and Colombo, Management Science \
    33(1), 1987).";

fn source(model: PurchaseModel) -> &'static str {
    match model {
        PurchaseModel::BgNbd => BG_NBD,
        PurchaseModel::MbgNbd => MBG_NBD,
        PurchaseModel::ParetoNbd => PARETO_NBD,
    }
}

fn with_history(builder: DocumentationBuilder) -> DocumentationBuilder {
    builder.with_argument("frequency", FREQUENCY).with_argument("recency", RECENCY).with_argument("age", AGE)
}

/// Documentation of the aggregate that fits `model`, or the one that its first argument names.
pub(super) fn fit(model: Option<PurchaseModel>) -> Documentation {
    let (function, first, which) = match model {
        Some(model) => (format!("{}_fit", model.name()), "", source(model).to_owned()),
        None => ("purchase_fit".to_owned(), "'mbg_nbd', ", format!("{BG_NBD} {MBG_NBD} {PARETO_NBD}")),
    };
    let description = format!(
        "Fits a purchase model by maximum likelihood over customers. {which}\n\n\
         Any unit of time will do, if it is the same throughout. The order of rows does not matter. Rows with a null are \
         ignored; an impossible history (recency beyond age, anything negative) is an error. Returns a struct:\n\n\
         - model;\n\
         - r and alpha: shape and rate of the gamma distribution of buying rates;\n\
         - a and b (beta distribution of leaving after a purchase) or, for Pareto/NBD, s and beta (gamma distribution of \
         leaving rates); null where the model has no such parameter;\n\
         - log_likelihood, customers, repeat_customers;\n\
         - status: 'fitted', or why there are no parameters: 'too few customers' (below {LEAST_CUSTOMERS}), 'no time observed' \
         (every age is 0), 'no repeat purchases', 'no inner maximum' (customers are too similar: the likelihood rises towards \
         a parameter of 0 or infinity) or 'no convergence'."
    );
    let builder =
        Documentation::builder(topic::VALUE, description, format!("{function}({first}frequency, recency, age)"))
            .with_alternative_syntax(format!("{function}({first}frequency, recency, age, customers)"))
            .with_sql_example(format!(
                "select {function}({first}frequency, recency_days, age_days) as fit from histories"
            ));
    let builder = match model {
        Some(_) => builder,
        None => builder.with_argument("model", "String literal or $variable: 'bg_nbd', 'mbg_nbd' or 'pareto_nbd'."),
    };
    with_history(builder)
        .with_argument("customers", "Integer: how many customers share the three values. Default: 1.")
        .with_related_udf("p_alive")
        .with_related_udf("expected_purchases")
        .with_related_udf("clv")
        .build()
}

/// Documentation of the scalar function that returns `prediction`.
pub(super) fn prediction(prediction: Prediction) -> Documentation {
    let call = prediction.call();
    let description = match prediction {
        Prediction::PAlive => format!(
            "Returns the probability, 0 to 1, that a customer with this history has not left, by the model that the fit names. \
             By BG/NBD it is 1 for customers who bought once. {NULLS}"
        ),
        Prediction::Purchases(None) => format!(
            "Returns the purchases that a customer with this history is expected to make within the horizon, by the model that \
             the fit names. Never negative, and finite for the most frequent customers too. {NULLS}"
        ),
        Prediction::Purchases(Some(model)) => format!(
            "Returns the purchases that a customer with this history is expected to make within the horizon; a fit of another \
             model is an error. {} {NULLS}",
            source(model)
        ),
        Prediction::PurchasesNew => format!(
            "Returns the repeat purchases that a customer is expected to make within the horizon from the first purchase, \
             without a history. {NULLS}"
        ),
    };
    let builder = Documentation::builder(topic::VALUE, description, format!("{}{}", call.function, call.syntax))
        .with_argument("fit", FIT);
    let (builder, example) = match prediction {
        Prediction::PAlive => (with_history(builder), "fits.fit, frequency, recency_days, age_days"),
        Prediction::Purchases(_) => (
            with_history(builder).with_argument("horizon", HORIZON),
            "fits.fit, frequency, recency_days, age_days, 365",
        ),
        Prediction::PurchasesNew => (builder.with_argument("horizon", HORIZON), "fits.fit, 365"),
    };
    builder
        .with_sql_example(format!("select customer_no, {}({example}) from histories cross join fits", call.function))
        .with_related_udf("purchase_fit")
        .build()
}

pub(super) fn clv() -> Documentation {
    let builder = Documentation::builder(
        topic::VALUE,
        format!(
            "Returns what a customer's purchases within the horizon are worth today: the sum over periods of expected_spend times \
             the purchases expected in the period, divided by (1 + rate)^(t / 365), where t is the days to the period's end \
             (Fader and Hardie's discounted expected transactions). The last period is shorter where the horizon is not a \
             multiple. The model must have been fitted in days. {NULLS}"
        ),
        "clv(fit, frequency, recency, age, expected_spend, horizon_days, annual_discount_rate)",
    )
    .with_alternative_syntax("clv(fit, frequency, recency, age, expected_spend, horizon_days, annual_discount_rate, period_days)")
    .with_sql_example(
        "select customer_no, clv(fits.fit, frequency, recency_days, age_days, order_margin, 365, 0.1) from histories cross join fits",
    )
    .with_argument("fit", FIT);
    with_history(builder)
        .with_argument(
            "expected_spend",
            "Number, not negative: value of one purchase, for example from expected_spend.",
        )
        .with_argument("horizon_days", "Number: days from the end of observation.")
        .with_argument(
            "annual_discount_rate",
            "Number: 0.1 is 10 % a year of 365 days. For a year of 52 weeks pass power(1.1, 365.0 / 364.0) - 1.",
        )
        .with_argument("period_days", "Number: length of a period. Default: 30.")
        .with_related_udf("expected_purchases")
        .with_related_udf("expected_spend")
        .build()
}
