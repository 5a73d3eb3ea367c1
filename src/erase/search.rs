//! What names persons in text: the ids of their records, and values such as addresses and phone numbers.
//!
//! An id of letters and digits is looked for everywhere. A short one, or one of digits alone, could be anything: it
//! counts in the columns that hold ids of its source, by the declaration of the sources: the key itself, columns that
//! reference it, and columns of its name. Of a source without a key, every column may be the id.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::person::Person;
use crate::plan::Plan;
use crate::source::{Reference, Source};

/// Ids that are shorter, or digits only, could be anything.
const CLEAR_ID_LETTERS: usize = 6;
/// The last digits of a phone number, which do not depend on how its country is written.
const PHONE_DIGITS: usize = 8;
/// What separates fields where the columns are not known.
const SEPARATORS: [char; 11] = [',', ';', '\t', '|', '"', '\'', '\\', '{', '}', '[', ']'];

/// What text is searched for.
pub(crate) struct Search<'a> {
    /// Ids that name nobody else anywhere.
    clear: BTreeSet<&'a str>,
    /// All ids, by their source.
    by_source: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Sources of ids without a key of one column: any of their fields may be the id.
    without_key: BTreeSet<&'a str>,
    /// By source and column, as a file may call it: the sources whose ids are in it.
    holders: BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>,
    /// In lower case.
    values: BTreeSet<String>,
    /// Last digits.
    phones: BTreeSet<String>,
}

impl<'a> Search<'a> {
    /// All that names these persons.
    pub(crate) fn new(persons: &'a [Person], plan: &'a Plan) -> Self {
        let sources = plan.sources.values().chain(&plan.idle_sources);
        Self::among(persons, &sources.collect::<Vec<_>>())
    }

    fn among(persons: &'a [Person], sources: &[&'a Source]) -> Self {
        let mut search = Self {
            clear: BTreeSet::new(),
            by_source: BTreeMap::new(),
            without_key: BTreeSet::new(),
            holders: BTreeMap::new(),
            values: BTreeSet::new(),
            phones: BTreeSet::new(),
        };
        for person in persons {
            for (source, id) in &person.records {
                search.by_source.entry(source).or_default().insert(id);
                if is_clear(id) {
                    search.clear.insert(id);
                }
            }
            for text in &person.texts {
                search.values.extend(Some(text.trim().to_lowercase()).filter(|text| !text.is_empty()));
                search.phones.extend(phone_digits(text));
            }
        }
        let of_ids: Vec<&'a str> = search.by_source.keys().copied().collect();
        for of in of_ids {
            let own = sources.iter().find(|source| source.name == of);
            let key = own.and_then(|source| key_of(source));
            if key.is_none() {
                search.without_key.insert(of);
            }
            for source in sources {
                for column in &source.columns {
                    let refers = |to: &Reference| to.source == of && key.is_none_or(|key| key == to.column);
                    let is_named_so = match (key, own) {
                        (Some(key), _) => key == column.name,
                        (None, Some(own)) => own.columns.iter().any(|known| known.name == column.name),
                        (None, None) => false,
                    };
                    if is_named_so || column.references.as_ref().is_some_and(refers) {
                        for name in column.names() {
                            search.holders.entry((&source.name, name)).or_default().insert(of);
                        }
                    }
                }
            }
        }
        search
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_source.is_empty() && self.values.is_empty()
    }

    /// Whether some ids count in their columns only.
    pub(super) fn has_unclear_ids(&self) -> bool {
        self.by_source.values().flatten().any(|id| !is_clear(id))
    }

    /// Whether a text of a source names one of the persons. Of JSON the members are the columns; of other text the
    /// columns are not known.
    pub(crate) fn finds(&self, source: &str, text: &str) -> bool {
        if text.trim_start().starts_with('{')
            && let Ok(value) = serde_json::from_str::<Value>(text)
        {
            return self.finds_json(source, None, &value);
        }
        let mut fields = text.split(SEPARATORS).map(str::trim).filter(|field| !field.is_empty());
        fields.any(|field| self.is_theirs(source, None, field)) || self.mentions(text)
    }

    /// Whether a record of a source, with the names of its columns, names one of the persons.
    pub(crate) fn finds_record(&self, source: &str, names: &[String], fields: &[String], raw: &str) -> bool {
        let is_shifted = names.len() != fields.len();
        let mut named = names.iter().map(Some).chain(std::iter::repeat(None)).zip(fields);
        named.any(|(name, field)| {
            let field = field.trim();
            // A record with too many or too few fields may have the id anywhere.
            self.is_theirs(source, name.map(String::as_str), field) || (is_shifted && self.may_hold(source, field))
        }) || self.mentions(raw)
    }

    /// Whether a field of a source names one of the persons. Without its column, it may be an id of the source itself.
    pub(crate) fn is_theirs(&self, source: &str, column: Option<&str>, field: &str) -> bool {
        let of = |of: &str| self.by_source.get(of).is_some_and(|ids| ids.contains(field));
        let is_id = match column {
            Some(column) => {
                let holds = self.holders.get(&(source, column));
                holds.is_some_and(|holds| holds.iter().any(|source| of(source)))
                    || (self.without_key.contains(source) && of(source))
            }
            None => of(source),
        };
        is_id
            || self.clear.contains(field)
            || self.values.contains(&field.to_lowercase())
            || phone_digits(field).is_some_and(|digits| self.phones.contains(&digits))
    }

    /// Whether a column of the source holds such ids.
    fn may_hold(&self, source: &str, field: &str) -> bool {
        let held = self.holders.iter().filter(|((of, _), _)| *of == source).flat_map(|(_, sources)| sources);
        held.into_iter().any(|of| self.by_source.get(of).is_some_and(|ids| ids.contains(field)))
    }

    fn finds_json(&self, source: &str, column: Option<&str>, value: &Value) -> bool {
        match value {
            Value::Object(members) => members.iter().any(|(name, value)| self.finds_json(source, Some(name), value)),
            Value::Array(values) => values.iter().any(|value| self.finds_json(source, column, value)),
            Value::String(text) => self.is_theirs(source, column, text.trim()) || self.mentions(text),
            Value::Number(number) => self.is_theirs(source, column, &number.to_string()),
            Value::Bool(_) | Value::Null => false,
        }
    }

    /// Whether an e-mail address of theirs stands somewhere inside a text.
    fn mentions(&self, text: &str) -> bool {
        if !text.contains('@') {
            return false;
        }
        let lower = text.to_lowercase();
        let is_part =
            |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || "_+-@".contains(letter));
        self.values.iter().filter(|value| value.contains('@')).any(|value| {
            lower.match_indices(value.as_str()).any(|(at, found)| {
                let (before, after) =
                    (lower.get(..at).unwrap_or_default(), lower.get(at + found.len()..).unwrap_or_default());
                let mut after = after.chars();
                let (next, second) = (after.next(), after.next());
                // A full stop ends a sentence, or goes on with the address.
                let goes_on = is_part(next) || (next == Some('.') && is_part(second));
                let last = before.chars().next_back();
                !goes_on && !is_part(last) && last != Some('.')
            })
        })
    }
}

fn is_clear(id: &str) -> bool {
    id.len() >= CLEAR_ID_LETTERS && id.chars().any(char::is_alphabetic)
}

/// The column of a source that is its key by itself.
fn key_of(source: &Source) -> Option<&str> {
    let [key] = source.key[..] else { return None };
    source.columns.get(key).map(|column| column.name.as_str())
}

/// The last digits of a text that may be a phone number.
fn phone_digits(text: &str) -> Option<String> {
    let is_phone = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '+' | '-' | '(' | ')' | '/' | '.');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let start = digits.len().checked_sub(PHONE_DIGITS)?;
    text.chars().all(is_phone).then(|| digits.get(start..).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::SourceText;

    fn sources() -> Vec<Source> {
        let text = "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\nsources:\n  web:\n    path: w.csv\n    \
                    key: [user_id]\n    columns: { user_id: { type: int }, quantity: { type: int } }\n  orders:\n    \
                    path: o.csv\n    columns: { user_id: { type: int }, buyer: { type: int, aliases: [köpare], \
                    references: web.user_id }, quantity: { type: int } }\n";
        let (file, texts) = crate::config::parse(&SourceText::new("p.yml", text)).unwrap();
        crate::plan::sources_of(&file, &texts).unwrap().into_values().collect()
    }

    fn person() -> Person {
        let texts = ["Anna@Example.se", "+46701234567"].map(str::to_owned);
        let records = [("crm", "C00001"), ("web", "17")].map(|(source, id)| (source.to_owned(), id.to_owned()));
        Person { records: BTreeSet::from(records), texts: BTreeSet::from(texts), ..Person::default() }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_line_is_found_by_whole_fields() {
        let (persons, sources) = ([person()], sources());
        let search = Search::among(&persons, &sources.iter().collect::<Vec<_>>());
        assert!(search.finds("orders", "5,C00001,2025"));
        assert!(search.finds("orders", r#"{"email": "anna@example.se"}"#));
        assert!(search.finds("orders", "x;070-123 45 67;y"));
        assert!(!search.finds("orders", "5,C000011,anna@example.section"));
        // Inside text.
        assert!(search.finds("orders", "5,wrote to <ANNA@example.se>."));
        assert!(search.finds("orders", "5,ask anna@example.se."));
        assert!(!search.finds("orders", "5,ask joanna@example.se or anna@example.se.com"));
        // Without columns, a short number is an id in its own source alone.
        assert!(search.finds("web", "17,x"));
        assert!(!search.finds("orders", "17,x"));
    }

    #[test]
    fn a_short_id_counts_in_columns_of_ids() {
        let (persons, sources) = ([person()], sources());
        let search = Search::among(&persons, &sources.iter().collect::<Vec<_>>());
        let finds = |source: &str, columns: &[&str], fields: &[&str]| {
            search.finds_record(source, &names(columns), &names(fields), &fields.join(","))
        };
        for column in ["user_id", "buyer", "köpare"] {
            assert!(finds("orders", &["quantity", column], &["2", " 17"]), "{column}");
            assert!(!finds("orders", &["quantity", column], &["17", "18"]), "{column}");
        }
        assert!(!finds("web", &["user_id", "quantity"], &["18", "17"]), "seventeen pieces are nobody's id");
        // A record that lacks a field: the id may be anywhere.
        assert!(finds("orders", &["quantity", "buyer", "note"], &["17", "x"]));
        assert!(!finds("tills", &["quantity", "buyer", "note"], &["17", "x"]), "no column of tills has ids");
        // Of JSON, the members are the columns.
        assert!(search.finds("orders", r#"{"values": {"buyer": 17}}"#));
        assert!(search.finds("orders", r#"{"values": {"buyer": "17"}}"#));
        assert!(!search.finds("orders", r#"{"values": {"buyer": 18, "quantity": 17}}"#));
    }

    #[test]
    fn a_date_is_not_a_phone_number() {
        assert_eq!(phone_digits("2025-01-31 10:00"), None);
        assert_eq!(phone_digits("0701234567"), Some("01234567".to_owned()));
    }
}
