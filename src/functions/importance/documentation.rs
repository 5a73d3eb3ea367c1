//! The documentation of `relative_importance`.

use datafusion::logical_expr::Documentation;

use crate::functions::topic;

pub(super) fn relative_importance() -> Documentation {
    Documentation::builder(
        topic::DRIVERS,
        "Returns how much of a target's variance each driver explains, by two measures that add up to R²:\n\n\
         - LMG (general dominance) for up to 15 drivers: the gain in R², averaged over all sets of the other drivers \
         (Lindeman, Merenda & Gold 1980; Azen & Budescu, Psychological Methods 8(2), 2003);\n\
         - Johnson's relative weights (Multivariate Behavioral Research 35(1), 2000).\n\n\
         The interval is the 95 % percentile interval of a bootstrap. A driver is significant where it explains more than a \
         random variable with as few answers (Tonidandel, LeBreton & Johnson, Psychological Methods 14(4), 2009). Each \
         correlation uses the respondents who answered both questions. The order of rows does not matter. Returns a \
         struct:\n\n\
         - responses (with a target and at least one driver), r_squared;\n\
         - method: 'complete rows', 'pairwise' or 'pairwise, repaired';\n\
         - status: 'analysed', 'analysed without lmg: more than 15 drivers', 'too few responses', 'constant target' or 'no \
         driver';\n\
         - drivers, a list of struct: driver, responses, mean, correlation, lmg, lmg_share, johnson, johnson_share, ci_low, \
         ci_high, is_significant, status ('analysed', 'collinear with …', which is analysed all the same, 'too few \
         responses', 'constant' or 'constant target');\n\
         - replicates: for each bootstrap replicate, the importance of each driver.",
        "relative_importance(target, drivers, names)",
    )
    .with_alternative_syntax("relative_importance(target, drivers, names, seed)")
    .with_alternative_syntax("relative_importance(target, drivers, names, seed, replicates)")
    .with_sql_example(
        "select relative_importance(nps, make_array(price, staff, delivery), make_array('price', 'staff', 'delivery')) as x \
         from answers",
    )
    .with_argument("target", "Number to explain. Rows without it are ignored.")
    .with_argument("drivers", "List of numbers, null where not answered, of the same length on every row.")
    .with_argument("names", "List of text: the names of the drivers, the same on every row.")
    .with_argument("seed", "Seed of the bootstrap, zero or more; an integer literal or $var. Default: 1.")
    .with_argument("replicates", "Bootstrap replicates, 0 to 10,000; an integer literal or $var. Default: 1,000.")
    .with_related_udf("correlation_interval")
    .build()
}
