//! What names persons in text: the ids of their records, and values such as addresses and phone numbers.
//!
//! An id of letters and digits is looked for everywhere. A short one, or one of digits alone, could be anything: it
//! counts in the columns that hold ids of its source, by the declaration of the sources: the key itself, columns that
//! reference it, and columns of its name. Of a source without a key, columns that are called an id are; without one of
//! these, every column may be. A strict search, for what somebody may read about themselves, believes columns only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::person::Person;
use crate::invisible::is_invisible;
use crate::plan::Plan;
use crate::source::{Reference, Source};

/// Ids that are shorter, or digits only, could be anything.
const CLEAR_ID_LETTERS: usize = 6;
/// The last digits of a phone number, which do not depend on how its country is written.
const PHONE_DIGITS: usize = 8;
/// Names of keys that say nothing about whose they are: in other sources, they are those of others.
const GENERIC_IDS: [&str; 4] = ["id", "key", "no", "number"];
/// What separates fields where the columns are not known.
const SEPARATORS: [char; 11] = [',', ';', '\t', '|', '"', '\'', '\\', '{', '}', '[', ']'];

/// What text is searched for.
pub(crate) struct Search<'a> {
    /// Ids that name nobody else anywhere.
    clear: BTreeSet<&'a str>,
    /// All ids, by their source.
    by_source: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Sources of ids in no known column: any of their fields may be the id.
    without_key: BTreeSet<&'a str>,
    /// By source and column, as a file may call it: the sources whose ids are in it.
    holders: BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>,
    /// The same, where nothing says which columns they are.
    guessed: BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>,
    /// By source and column, as a file may call it: columns of contacts.
    contacts: BTreeSet<(&'a str, &'a str)>,
    /// In lower case.
    values: BTreeSet<String>,
    /// Last digits.
    phones: BTreeSet<String>,
    /// Only columns of ids and of contacts name somebody.
    is_strict: bool,
}

impl<'a> Search<'a> {
    /// All that names these persons.
    pub(crate) fn new(persons: &'a [Person], plan: &'a Plan) -> Self {
        let sources = plan.sources.values().chain(&plan.idle_sources);
        Self::among(persons, &sources.collect::<Vec<_>>())
    }

    /// What is the persons' by the columns in which they are named: text that mentions them may be somebody else's.
    pub(crate) fn strict(persons: &'a [Person], plan: &'a Plan) -> Self {
        let mut search = Self::new(persons, plan);
        search.is_strict = true;
        let keys = plan.identity.iter().flat_map(|identity| &identity.spellings);
        let keys: Vec<&str> = keys.map(|(name, _)| name.as_str()).collect();
        for source in plan.sources.values().chain(&plan.idle_sources) {
            for column in &source.columns {
                if keys.contains(&column.name.as_str()) || source.personal.contains(&column.name) {
                    search.contacts.extend(column.names().map(|name| (source.name.as_str(), name)));
                }
            }
        }
        search
    }

    fn among(persons: &'a [Person], sources: &[&'a Source]) -> Self {
        let mut search = Self {
            clear: BTreeSet::new(),
            by_source: BTreeMap::new(),
            without_key: BTreeSet::new(),
            holders: BTreeMap::new(),
            guessed: BTreeMap::new(),
            contacts: BTreeSet::new(),
            is_strict: false,
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
                search.values.extend(Some(plain(text)).filter(|text| !text.is_empty()));
                search.phones.extend(phone_digits(text));
            }
        }
        let of_ids: Vec<&'a str> = search.by_source.keys().copied().collect();
        for of in of_ids {
            let own = sources.iter().find(|source| source.name == of);
            let ids = own.map(|source| id_columns(source)).unwrap_or_default();
            if ids.is_empty() {
                search.without_key.insert(of);
            }
            for source in sources {
                for column in &source.columns {
                    let refers =
                        |to: &Reference| to.source == of && (ids.is_empty() || ids.contains(&to.column.as_str()));
                    let is_own = source.name == of;
                    let is_named_so = match own {
                        _ if !ids.is_empty() => {
                            ids.contains(&column.name.as_str())
                                && (is_own || !GENERIC_IDS.contains(&column.name.as_str()))
                        }
                        Some(own) => own.columns.iter().any(|known| known.name == column.name),
                        None => false,
                    };
                    let is_declared = column.references.as_ref().is_some_and(refers);
                    let holders = match is_declared || !ids.is_empty() {
                        true => &mut search.holders,
                        false => &mut search.guessed,
                    };
                    if is_named_so || is_declared {
                        for name in column.names() {
                            holders.entry((&source.name, name)).or_default().insert(of);
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
            self.is_theirs(source, name.map(String::as_str), field)
                || (is_shifted && !self.is_strict && self.may_hold(source, field))
        }) || self.mentions(raw)
    }

    /// Whether a field of a source names one of the persons. Without its column, it may be an id of the source itself.
    pub(crate) fn is_theirs(&self, source: &str, column: Option<&str>, field: &str) -> bool {
        let of = |of: &str| self.by_source.get(of).is_some_and(|ids| ids.contains(field));
        let is_id = match column {
            Some(column) => {
                let holds = |holders: &BTreeMap<(&str, &str), BTreeSet<&str>>| {
                    holders.get(&(source, column)).is_some_and(|holds| holds.iter().any(|source| of(source)))
                };
                holds(&self.holders)
                    || (!self.is_strict && holds(&self.guessed))
                    || (!self.is_strict && self.without_key.contains(source) && of(source))
            }
            None => !self.is_strict && of(source),
        };
        if is_id {
            return true;
        }
        let is_contact = !self.is_strict || column.is_some_and(|column| self.contacts.contains(&(source, column)));
        (!self.is_strict && self.clear.contains(field))
            || (is_contact
                && (self.values.contains(&plain(field))
                    || (!self.phones.is_empty() && phones_in(field).any(|digits| self.phones.contains(&digits)))))
    }

    /// Whether a column of the source holds such ids.
    fn may_hold(&self, source: &str, field: &str) -> bool {
        let held = self
            .holders
            .iter()
            .chain(&self.guessed)
            .filter(|((of, _), _)| *of == source)
            .flat_map(|(_, sources)| sources);
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
        if self.is_strict || !text.contains('@') {
            return false;
        }
        let lower = plain(text);
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

/// The columns of a source that hold its ids: its key, or what is declared or called an id. None if that is not known.
pub(super) fn id_columns(source: &Source) -> Vec<&str> {
    let key: Vec<&str> =
        source.key.iter().filter_map(|at| source.columns.get(*at)).map(|column| column.name.as_str()).collect();
    if key.len() == 1 {
        return key;
    }
    let declared = source.columns.iter().filter(|column| column.unique || column.id.is_some());
    let all = source.columns.iter().filter(|column| column.references.is_none());
    let candidates = [
        key.iter().copied().filter(|name| is_called_id(name)).collect(),
        key,
        declared.map(|column| column.name.as_str()).collect(),
        all.map(|column| column.name.as_str()).filter(|name| is_called_id(name)).collect(),
    ];
    candidates.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
}

fn is_called_id(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower == "id" || lower.ends_with("_id")
}

/// A text in lower case without blanks around it and without letters that nobody sees.
pub(super) fn plain(text: &str) -> String {
    let text = text.trim();
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => {
            text.chars().filter(|letter| !is_invisible(*letter)).collect::<String>().to_lowercase().trim().to_owned()
        }
    }
}

/// The last digits of each phone number that may stand in a text.
fn phones_in(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '\u{a0}' | '+' | '-' | '.');
    let pieces = text.split(move |letter: char| !is_part(letter)).filter_map(phone_digits);
    phone_digits(text).into_iter().chain(pieces)
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
                    references: { to: web.user_id } }, quantity: { type: int } }\n";
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
    fn other_spellings_name_somebody_too() {
        let (persons, sources) = ([person()], sources());
        let search = Search::among(&persons, &sources.iter().collect::<Vec<_>>());
        for text in ["Anna <anna@example.se>", "an\u{200b}na@example.se", "0701234567 (hem)", "0701234567/0709999999"] {
            assert!(search.is_theirs("orders", Some("note"), text) || search.mentions(text), "{text}");
        }
        assert!(!search.is_theirs("orders", Some("note"), "0709999999 (hem)"));
    }

    #[test]
    fn a_strict_search_believes_columns_only() {
        let (persons, sources) = ([person()], sources());
        let mut search = Search::among(&persons, &sources.iter().collect::<Vec<_>>());
        search.is_strict = true;
        search.contacts.insert(("web", "email"));
        let columns = names(&["email", "note"]);
        let finds = |fields: &[&str]| search.finds_record("web", &columns, &names(fields), &fields.join(","));
        assert!(finds(&["ANNA@example.se", ""]));
        assert!(!finds(&["bo@example.se", "ask anna@example.se or C00001"]));
        assert!(!search.finds("web", "17,x"));
    }

    #[test]
    fn a_generic_key_names_nobody_elsewhere() {
        let text = "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\nsources:\n  web:\n    path: w.csv\n    \
                    key: [id]\n    columns: { id: { type: int } }\n  goods:\n    path: g.csv\n    key: [id]\n    columns: \
                    { id: { type: int } }\n";
        let (file, texts) = crate::config::parse(&SourceText::new("p.yml", text)).unwrap();
        let sources: Vec<Source> = crate::plan::sources_of(&file, &texts).unwrap().into_values().collect();
        let persons = [person()];
        let search = Search::among(&persons, &sources.iter().collect::<Vec<_>>());
        assert!(search.is_theirs("web", Some("id"), "17"));
        assert!(!search.is_theirs("goods", Some("id"), "17"));
    }

    #[test]
    fn a_date_is_not_a_phone_number() {
        assert_eq!(phone_digits("2025-01-31 10:00"), None);
        assert_eq!(phone_digits("0701234567"), Some("01234567".to_owned()));
    }
}
