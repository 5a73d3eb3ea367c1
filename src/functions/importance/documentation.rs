//! What `relative_importance` says about itself.

use datafusion::logical_expr::Documentation;
use datafusion::logical_expr::aggregate_doc_sections::DOC_SECTION_STATISTICAL;

/// Documentation of `relative_importance`.
pub(super) fn relative_importance() -> Documentation {
    Documentation::builder(
        DOC_SECTION_STATISTICAL,
        "How much of a target's variance each driver explains. LMG (general dominance: the gain in R² averaged over all \
         sets of the other drivers; Lindeman, Merenda & Gold 1980; Azen & Budescu, Psychological Methods 8(2), 2003) for up \
         to 15 drivers, and Johnson's relative weights (Multivariate Behavioral Research 35(1), 2000). Both add up to R². \
         The interval is the 95 % percentile interval of a bootstrap; a driver is significant where it explains more than \
         a random variable as sparse as itself (Tonidandel, LeBreton & Johnson, Psychological Methods 14(4), 2009). \
         Missing answers: correlations over the respondents who answered both. Returns a struct: responses (with a target \
         and a driver), r_squared, method ('complete rows', 'pairwise', 'pairwise, repaired'), status ('analysed', \
         'analysed without lmg: more than 15 drivers', 'too few responses', 'constant target', 'no driver'), drivers (list \
         of struct: driver, responses, mean, correlation, lmg, lmg_share, johnson, johnson_share, ci_low, ci_high, \
         is_significant, status: 'analysed', 'collinear with …' (analysed all the same), 'too few responses', 'constant', \
         'constant target'), replicates (list per bootstrap replicate of each driver's importance). The result does not \
         depend on the order of rows.",
        "relative_importance(target, drivers, names)",
    )
    .with_alternative_syntax("relative_importance(target, drivers, names, seed)")
    .with_alternative_syntax("relative_importance(target, drivers, names, seed, replicates)")
    .with_sql_example(
        "select relative_importance(nps, make_array(price, staff, delivery), make_array('price', 'staff', 'delivery')) as x \
         from answers",
    )
    .with_argument("target", "Number that is explained; rows without it are left out.")
    .with_argument("drivers", "List of numbers, null where not answered; every row has as many.")
    .with_argument("names", "List of the drivers' names, the same on every row.")
    .with_argument("seed", "Seed of the bootstrap, zero or more, 1 by default; an integer literal or $var.")
    .with_argument("replicates", "Bootstrap replicates, 0 to 10,000, 1,000 by default; an integer literal or $var.")
    .with_related_udf("correlation_interval")
    .build()
}
