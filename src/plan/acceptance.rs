//! What `--accept` takes deliberately: a check, or one row of its result by name.
//!
//! A name is `CHECK:ITEM`, or `CHECK` for all rows. The check is known before any data is read, so that a misspelt one is a
//! usage error; whether a row has the name is seen only when the check has run.

use super::{Check, Plan};
use crate::diagnostics::{Problem, did_you_mean};

/// A change that the caller takes deliberately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The check.
    pub check: String,
    /// The name of a failing row; `None` for all rows.
    pub item: Option<String>,
}

impl Acceptance {
    /// As it is written on the command line.
    pub fn name(&self) -> String {
        accept_name(&self.check, self.item.as_deref())
    }

    /// Whether it takes the row named `item`. A row without a name is taken only with all others.
    pub fn takes(&self, check: &str, item: Option<&str>) -> bool {
        self.check == check && (self.item.is_none() || self.item.as_deref() == item)
    }
}

/// What `--accept` takes for a failing row of a check.
pub fn accept_name(check: &str, item: Option<&str>) -> String {
    item.map_or_else(|| check.to_owned(), |item| format!("{check}:{item}"))
}

impl Plan {
    /// The acceptances that `--accept` names.
    ///
    /// # Errors
    /// Every name whose check does not exist or cannot be accepted.
    pub fn acceptances(&self, names: &[String]) -> Result<Vec<Acceptance>, Vec<Problem>> {
        let (mut found, mut problems) = (Vec::new(), Vec::new());
        for name in names {
            match acceptance(name, &self.checks) {
                Ok(acceptance) if found.contains(&acceptance) => {}
                Ok(acceptance) => found.push(acceptance),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }
}

fn acceptance(name: &str, checks: &[Check]) -> Result<Acceptance, Problem> {
    let (check, item) = name.split_once(':').map_or((name, None), |(check, item)| (check, Some(item)));
    let check = check.trim();
    let acceptable: Vec<&str> =
        checks.iter().filter(|check| check.accept_by.is_some()).map(|check| check.name.as_str()).collect();
    if item.is_some_and(|item| item.trim().is_empty()) {
        let problem = Problem::new(format!("--accept {name}: the name after the colon is missing"));
        return Err(problem.hint(format!("write --accept {check}:NAME, or --accept {check} for every row of it")));
    }
    if acceptable.contains(&check) {
        return Ok(Acceptance { check: check.to_owned(), item: item.map(str::to_owned) });
    }
    let problem = if checks.iter().any(|known| known.name == check) {
        Problem::new(format!("--accept {name}: the check `{check}` cannot be accepted"))
    } else {
        Problem::new(format!("--accept {name}: there is no check `{check}`"))
    };
    Err(problem.hint(did_you_mean(check, &acceptable)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::{CheckSeverity, Located};
    use crate::plan::CheckKind;

    fn checks() -> Vec<Check> {
        let check = |name: &str, accept_by: Option<&str>| Check {
            name: name.to_owned(),
            domain: None,
            table: None,
            severity: CheckSeverity::Error,
            promise: String::new(),
            kind: CheckKind::FailingRow("false".to_owned()),
            scans: BTreeMap::new(),
            shown_columns: None,
            hidden: Vec::new(),
            accepted: None,
            accept_by: accept_by.map(|column| Located::nowhere(column.to_owned())),
            place: None,
        };
        vec![check("volumes_hold", Some("item")), check("revenue_is_conserved", None)]
    }

    fn hint(name: &str) -> String {
        let problem = acceptance(name, &checks()).unwrap_err();
        format!("{} | {}", problem.message, problem.hint.unwrap())
    }

    #[test]
    fn a_name_is_a_check_or_a_row_of_it() {
        let all = acceptance("volumes_hold", &checks()).unwrap();
        assert!(all.takes("volumes_hold", Some("orders")) && all.takes("volumes_hold", None));
        assert!(!all.takes("stages_hold", Some("orders")));
        let one = acceptance("volumes_hold:sales_channel.web:de", &checks()).unwrap();
        assert_eq!(one.name(), "volumes_hold:sales_channel.web:de");
        assert!(one.takes("volumes_hold", Some("sales_channel.web:de")));
        assert!(!one.takes("volumes_hold", Some("orders")) && !one.takes("volumes_hold", None));
    }

    #[test]
    fn a_name_that_no_check_knows_is_refused_with_the_nearest() {
        assert_eq!(
            hint("volume_hold:orders"),
            "--accept volume_hold:orders: there is no check `volume_hold` | did you mean `volumes_hold`?"
        );
        assert_eq!(
            hint("revenue_is_conserved"),
            "--accept revenue_is_conserved: the check `revenue_is_conserved` cannot be accepted | \
             known names: volumes_hold"
        );
        assert!(hint("volumes_hold:").contains("the name after the colon is missing"));
        assert!(hint("orders").contains("there is no check `orders`"));
    }
}
