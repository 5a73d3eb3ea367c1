//! What published tables and columns are called in each language; the catalog shows it. The pipeline's own texts are
//! in its own language, and each other language is a file with words for the same tables and columns.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::project::Project;
use super::{Language, Plan};
use crate::config::{self, LanguageFile, Located, Named, PublishFile, TableWords, Texts, Words};
use crate::diagnostics::{Problem, SourceText};

/// Number of missing words that a warning names.
const EXAMPLES: usize = 3;

/// Published tables with their columns.
type Tables<'a> = IndexMap<&'a str, Vec<&'a str>>;

/// Reads and checks the language files that `publish.languages` names.
///
/// # Errors
/// Files that cannot be read, and words for tables or columns that are not published.
pub(super) fn check(project: &Project, plan: &Plan) -> Result<(Vec<Language>, Vec<Problem>), Vec<Problem>> {
    let (mut languages, mut warnings, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    let tables: Tables<'_> = plan
        .published()
        .map(|(name, properties)| (name, properties.columns.keys().map(|column| column.value.as_str()).collect()))
        .collect();
    let off: Tables<'_> = project
        .domains
        .off_tables()
        .map(|(name, columns)| (name, columns.iter().map(String::as_str).collect()))
        .collect();
    codes(&plan.publish, &project.texts, &mut problems);
    for (code, paths) in &plan.publish.languages {
        let mut texts = Texts::default();
        let mut words = BTreeMap::new();
        let mut last = None;
        for path in paths {
            let text = match project.root_of(path).read(&path.value) {
                Ok(text) => text,
                Err(problem) => {
                    problems.push(project.texts.at(path, problem.message).hint("name a file of the project"));
                    continue;
                }
            };
            last = Some(text.clone());
            let id = texts.add(text);
            match config::parse_language(&texts, id) {
                Ok(file) => {
                    problems.extend(not_published(&file, &texts, &tables, &off));
                    over(&mut words, resolve(&file, &tables));
                }
                Err(found) => problems.extend(found),
            }
        }
        warnings.extend(last.and_then(|text| missing(&code.value, &words, &text, &tables)));
        languages.push(Language { code: code.value.clone(), texts: texts.files().cloned().collect(), words });
    }
    if problems.is_empty() { Ok((languages, warnings)) } else { Err(problems) }
}

/// Words of a later file replace those of an earlier one.
fn over(words: &mut BTreeMap<(String, Option<String>), Words>, own: BTreeMap<(String, Option<String>), Words>) {
    for (name, own) in own {
        let known = words.entry(name).or_default();
        known.label = own.label.or(known.label.take());
        known.description = own.description.or(known.description.take());
    }
}

fn codes(publish: &PublishFile, texts: &Texts, problems: &mut Vec<Problem>) {
    for code in publish.languages.keys().chain([&publish.language]) {
        let mut parts = code.value.split('-');
        let language = parts.next().is_some_and(|part| {
            (2..=3).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_lowercase())
        });
        if !language || !parts.all(|part| !part.is_empty() && part.bytes().all(|letter| letter.is_ascii_alphanumeric()))
        {
            let message = format!("`{}` is not a language", code.value);
            problems.push(texts.at(code, message).hint("write a BCP 47 code such as sv or en-GB"));
        }
    }
}

/// Words for tables or columns that are not published. Words for tables of domains that are off are allowed.
fn not_published(file: &LanguageFile, texts: &Texts, tables: &Tables<'_>, off: &Tables<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let names: Vec<&str> = tables.keys().copied().collect();
    for (table, words) in &file.tables {
        // A table that domains extend may lack the columns of those that are off.
        let with_off = |columns: &[&str]| {
            columns.iter().copied().chain(off.values().flatten().copied()).map(str::to_owned).collect::<Vec<_>>()
        };
        match tables.get(table.value.as_str()) {
            Some(columns) => problems.extend(unknown_columns(&words.columns, &with_off(columns), texts)),
            None if off.contains_key(table.value.as_str()) => {}
            None => problems.push(texts.unknown(table, "published table", &names)),
        }
    }
    let mut columns: Vec<String> =
        tables.values().chain(off.values()).flatten().map(|column| (*column).to_owned()).collect();
    columns.sort_unstable();
    columns.dedup();
    problems.extend(unknown_columns(&file.columns, &columns, texts));
    problems
}

fn unknown_columns(words: &Named<Words>, columns: &[String], texts: &Texts) -> Vec<Problem> {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let is_unknown = |column: &&Located<String>| !columns.contains(&column.value.as_str());
    words.keys().filter(is_unknown).map(|column| texts.unknown(column, "published column", &columns)).collect()
}

fn resolve(file: &LanguageFile, tables: &Tables<'_>) -> BTreeMap<(String, Option<String>), Words> {
    let none = TableWords::default();
    let mut all = BTreeMap::new();
    for (table, columns) in tables {
        let of_table = file.tables.get(*table).unwrap_or(&none);
        let words = Words { label: of_table.label.clone(), description: of_table.description.clone() };
        all.insert(((*table).to_owned(), None), words);
        for column in columns {
            let (own, any) = (of_table.columns.get(*column), file.columns.get(*column));
            let first = |part: fn(&Words) -> &Option<String>| {
                own.and_then(|w| part(w).clone()).or(any.and_then(|w| part(w).clone()))
            };
            let words = Words { label: first(|w| &w.label), description: first(|w| &w.description) };
            all.insert(((*table).to_owned(), Some((*column).to_owned())), words);
        }
    }
    all
}

fn missing(
    code: &str,
    words: &BTreeMap<(String, Option<String>), Words>,
    text: &SourceText,
    tables: &Tables<'_>,
) -> Option<Problem> {
    let named = |table: &str, column: Option<&str>| match column {
        Some(column) => format!("{table}.{column}"),
        None => table.to_owned(),
    };
    let everything = tables.iter().flat_map(|(table, columns)| {
        [None].into_iter().chain(columns.iter().copied().map(Some)).map(move |column| (*table, column))
    });
    let gaps: Vec<String> = everything
        .filter(|(table, column)| {
            let found = words.get(&((*table).to_owned(), column.map(str::to_owned)));
            found.is_none_or(|words| words.label.is_none() || words.description.is_none())
        })
        .map(|(table, column)| named(table, column))
        .collect();
    let examples = gaps.get(..gaps.len().min(EXAMPLES)).unwrap_or_default().join(", ");
    let more = gaps.len().saturating_sub(EXAMPLES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let count = counted(gaps.len());
    let message = format!("language {code} has no label or no description for {count}: {examples}{more}");
    (!gaps.is_empty()).then(|| {
        Problem::new(message).in_file(text).hint("add them in a file of your own under `publish.languages`; until then the catalog shows the pipeline's language").warning()
    })
}

fn counted(gaps: usize) -> String {
    if gaps == 1 { "one table or column".to_owned() } else { format!("{gaps} tables or columns") }
}
