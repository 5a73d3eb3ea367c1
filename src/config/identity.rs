//! The `identity` block: by what records are known, which rules link them, and whose decisions win.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, Named, ScoredFile};

/// How source records become persons: rules link records with equal values, transitively.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityFile {
    /// Name of the resulting table, whose columns are source, source_id, customer_key, matched_by, score,
    /// first_source_id, known_from, is_first.
    pub table: Located<String>,
    /// Model with one row per source record: source and source_id (text), the columns that keys name, and optionally
    /// known_from (date on which the company first knew the record) and attaches (true for records that belong to a
    /// person whom other records found, and join nobody: survey answers, guest orders).
    pub records: Located<String>,
    /// What a record may be known by, by name. The keys `name` and `birth_date` also guard the rules.
    #[schemars(with = "IndexMap<String, IdentityKeyFile>")]
    pub keys: Named<IdentityKeyFile>,
    /// Rules that link records, in the order in which they apply [default: each key by itself, in the order of `keys`].
    pub rules: Option<Vec<IdentityRuleFile>>,
    /// Model with decisions of analysts, which win over every rule: source, source_id, other_source, other_source_id and
    /// decision (`same` or `different`), all text.
    pub overrides: Option<Located<String>>,
    /// Lookup with values of the company's own that link nobody, such as the till's e-mail address: the columns key (of
    /// `keys`), value, and country if a key has one. For e-mail addresses a value may be a domain, `@kassa.example.com`.
    /// Under the name of an attribute of golden_record: values that count as empty there.
    pub placeholders: Option<Located<String>>,
    /// Model with requests of persons to be forgotten: requested_at (timestamp or date), and who asks: customer_id (id of
    /// a record that founds a person), or a column with the name of a key that alone is a rule, such as email or phone;
    /// also the columns that these keys name as `country`. What a request gives must lead to exactly one person.
    pub erasures: Option<Located<String>>,
    /// Where the resulting table is published: it has the source ids of persons beside their keys [default: restricted].
    #[serde(default)]
    pub publish: IdentityPublish,
    /// Secret of the customer keys, as a reference to an environment variable: `${LOJAL_KEY}`, at least 16 bytes. Without
    /// it, who knows the ids of a source can compute the keys [default: none].
    pub key_secret: Option<Located<String>>,
    /// Which value of a person's records counts, per attribute: makes the relations `resolved_golden_record` and
    /// `resolved_golden_origins`.
    pub golden_record: Option<GoldenRecordFile>,
    /// Scored matching after the rules [default: none].
    pub scored: Option<ScoredFile>,
}

/// Where the table of the identity step is published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityPublish {
    /// Under restricted/.
    #[default]
    Restricted,
    /// Beside the other tables: everybody who reads them can read the source ids.
    Public,
    /// Nowhere: models read it.
    None,
}

/// Which value of a person's records counts. An empty value never wins over a known one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoldenRecordFile {
    /// Sources in order of trust, the most trusted first; sources that are not listed come after them. It decides
    /// between values that are equal otherwise, too.
    #[serde(default)]
    pub trusted_sources: Vec<Located<String>>,
    /// Attributes of a person, by name: columns of the golden record.
    #[schemars(with = "IndexMap<String, AttributeFile>")]
    pub attributes: Named<AttributeFile>,
}

/// An attribute of a person, or a group of attributes that belong together.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeFile {
    /// Which of the known values counts.
    pub take: Located<Take>,
    /// Column of the records with the value [default: the column of the attribute's name]
    pub column: Option<Located<String>>,
    /// Columns whose values come from one record, such as city, postal code and country, the one that matters most first.
    /// Each is an attribute of its own.
    #[serde(default)]
    pub together: Vec<Located<String>>,
}

/// Which of several known values counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// That of the record that was updated last: `updated_on` of the records, else `known_from`.
    MostRecent,
    /// That of the record that the company knew first.
    First,
    /// The one that most records have.
    MostFrequent,
    /// The one with the most characters.
    Longest,
    /// That of the most trusted source.
    MostTrusted,
}

impl Take {
    /// How the pipeline file writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::MostRecent => "most_recent",
            Self::First => "first",
            Self::MostFrequent => "most_frequent",
            Self::Longest => "longest",
            Self::MostTrusted => "most_trusted",
        }
    }
}

/// What a record may be known by.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityKeyFile {
    /// Column of the records with the value.
    pub column: Option<Located<String>>,
    /// Columns of the records that make up the value, instead of `column`: first name and last name. They are the first
    /// arguments of the function; without one, they are joined. A record that lacks one of them lacks the key.
    #[serde(default)]
    pub columns: Vec<Located<String>>,
    /// Function that brings a value into one spelling, and makes values that are not valid null: `email_address`,
    /// `phone_number` and other functions NAME for which there is a NAME_fault; `pattern` for values that match a regular
    /// expression; `date` for a date [default: the column holds the values in one spelling already].
    pub normalise: Option<Located<String>>,
    /// Column of the records with the country in which the value is read, for functions that take one.
    pub country: Option<Located<String>>,
    /// Regular expression of valid values, for the function `pattern`.
    pub pattern: Option<Located<String>>,
    /// Option of `email_address`: `ignore` makes addresses at Gmail that differ in dots one address.
    pub gmail_dots: Option<Located<Ignore>>,
    /// Option of `email_address`: `ignore` makes addresses that differ in what follows a `+` one address.
    pub plus_tags: Option<Located<Ignore>>,
    /// A person has only one value of this key: records with two values are never one person.
    #[serde(default)]
    pub strong: bool,
}

/// What is done with a part of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ignore {
    /// Values that differ in it only are equal.
    Ignore,
}

/// Records with an equal value are one person.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityRuleFile {
    /// Name of the rule in matched_by and in the tables about links.
    pub name: Located<String>,
    /// Keys whose values must all be equal; a record that lacks one of them is not linked by this rule.
    pub keys: Vec<Located<String>>,
    /// How many records may have a value. A value with more of them links nobody, and is reported, unless `max_names`
    /// says otherwise [default: any number].
    pub max_records: Option<Located<u32>>,
    /// A value with more records than `max_records` still links them if they have no more different names than this, by
    /// the key `name`; each record without a name counts as a name.
    pub max_names: Option<Located<u32>>,
}
