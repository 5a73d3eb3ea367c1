//! The values of `$name` in SQL.

use chrono::NaiveDate;
use chrono_tz::Tz;
use indexmap::IndexMap;

use crate::config::Scalar;
use crate::engine::{Parameter, Parameters};
use crate::local_time::end_of_day;

/// Parameters that are not vars.
pub(super) const RESERVED_VARS: [&str; 5] = ["as_of", "as_of_end", "time_zone", "base_currency", IS_REKEYED];
/// Whether the run makes all customer keys with another secret than the last one.
pub(super) const IS_REKEYED: &str = "is_rekeyed";
/// The parameter that names the trigger whose list is requested.
const TRIGGER: &str = "trigger";

/// Whether lojal sets a parameter itself.
pub(super) fn is_reserved_var(name: &str) -> bool {
    RESERVED_VARS.contains(&name) || name == TRIGGER
}

/// The parameters of a run: the vars, and what lojal sets itself.
pub(super) fn of_run(vars: &IndexMap<String, Scalar>, zone: Tz, base_currency: &str, as_of: NaiveDate) -> Parameters {
    let text = |value: &str| Parameter::Scalar(Scalar::Text(value.to_owned()));
    let mut all: Parameters =
        vars.iter().map(|(name, value)| (name.clone(), Parameter::Scalar(value.clone()))).collect();
    all.insert("as_of".to_owned(), Parameter::Date(as_of));
    all.insert("as_of_end".to_owned(), Parameter::Instant(end_of_day(as_of, zone)));
    all.insert("time_zone".to_owned(), text(zone.name()));
    all.insert("base_currency".to_owned(), text(base_currency));
    all.insert(IS_REKEYED.to_owned(), Parameter::Scalar(Scalar::Bool(false)));
    all
}

/// Parameters of an export: those of the run, and the trigger.
pub(super) fn of_export(mut of_run: Parameters, trigger: &str) -> Parameters {
    of_run.insert(TRIGGER.to_owned(), Parameter::Scalar(Scalar::Text(trigger.to_owned())));
    of_run
}
