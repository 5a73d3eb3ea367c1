//! The file of a domain, `sql/<domain>/<domain>.yml`: what it is for, what it needs, and everything that its SQL reads or makes.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EarlierTableFile, Located, LookupFile, ModelFile, Named, Scalar, SqlCheck, TriggerFile, UnitTestFile};

/// All keys that a domain file may have.
pub const DOMAIN_KEYS: [&str; 9] =
    ["description", "needs", "vars", "lookups", "earlier_tables", "triggers", "models", "checks", "unit_tests"];

/// A domain: a folder below sql/ with its SQL in intermediate/, marts/ and checks/.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainFile {
    /// What the domain is for, in a sentence.
    pub description: String,
    /// Other domains whose tables, lookups and vars it uses, each with the reason.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, String>")]
    pub needs: Named<Located<String>>,
    /// Named values: `$name` in SQL; `--vars name=value` overrides one.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Scalar>")]
    pub vars: Named<Scalar>,
    /// Small tables written here, by name: rules and thresholds that SQL reads like any table.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, LookupFile>")]
    pub lookups: Named<LookupFile>,
    /// Tables of the last snapshot, by the name under which SQL reads them. Empty before there is one.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, EarlierTableFile>")]
    pub earlier_tables: Named<EarlierTableFile>,
    /// Events that call for an action, by name.
    #[schemars(with = "Option<IndexMap<String, TriggerFile>>")]
    pub triggers: Option<Named<TriggerFile>>,
    /// Properties of the domain's SQL files, by model name.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, ModelFile>")]
    pub models: Named<ModelFile>,
    /// Checks written as SQL files, checks/<name>.sql; each row such a query returns is a failure.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, SqlCheck>")]
    pub checks: Named<SqlCheck>,
    /// Unit tests of its models and checks; more may be in files of `tests/`. Only `lojal test` reads them.
    #[serde(default)]
    pub unit_tests: Vec<UnitTestFile>,
}
