//! The header of a table: whether its first records name the columns, how many of them do, and which of these.

use super::day::day;
use super::null_words::NULL_WORDS;
use super::number::number;
use crate::config::NamesFrom;
use crate::extract::column_names;

/// A table has at most this many header records.
const MOST_RECORDS: usize = 3;
/// From this many columns of values on, texts in all of them are a header record, and not a record with faults.
const LEAST_COLUMNS: usize = 2;

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) names: Vec<String>,
    /// Number of its records.
    pub(super) records: u32,
    pub(super) names_from: NamesFrom,
}

/// The header, if the table has one, and the evidence as text.
pub(super) fn header(records: &[Vec<String>]) -> (Option<Header>, String) {
    if let Some((count, evidence)) = several(records) {
        let (names, names_from) = names(&records[..count]);
        let records = u32::try_from(count).unwrap_or(1);
        return (Some(Header { names, records, names_from }), evidence);
    }
    let (names, evidence) = single(records);
    (names.map(|names| Header { names, records: 1, names_from: NamesFrom::First }), evidence)
}

/// Whether a cell is a number, a day or an address.
pub(super) fn is_value(cell: &str) -> bool {
    number(cell.as_bytes()).is_some() || day(cell.as_bytes(), |_, _| {}).is_some() || cell.contains('@')
}

/// Several records before the first one with values, in every column of values.
fn several(records: &[Vec<String>]) -> Option<(usize, String)> {
    let is_import_id = |record: &Vec<String>| record.iter().all(|cell| cell.starts_with("{\"ImportId\""));
    if let Some(at) = records.iter().take(MOST_RECORDS).position(is_import_id).filter(|at| *at > 0) {
        let evidence = format!("header: {} records, the last of them with the ImportIds of a survey program", at + 1);
        return Some((at + 1, evidence));
    }
    (2..=MOST_RECORDS).rev().find_map(|count| {
        let (heads, rows) = records.split_at_checked(count)?;
        let columns: Vec<usize> = (0..heads[0].len()).filter(|column| holds_values(rows, *column)).collect();
        let texts = |head: &Vec<String>| {
            let mut cells: Vec<&str> = columns.iter().map(|column| head[*column].as_str()).collect();
            cells.retain(|cell| !cell.is_empty());
            let filled = cells.len();
            let words = cells.iter().all(|cell| !is_value(cell));
            cells.sort_unstable();
            cells.dedup();
            // A single word in all columns stands for missing values.
            words && cells.len() >= LEAST_COLUMNS && filled * 2 > columns.len()
        };
        let first_is_text = columns.iter().all(|column| !is_value(&heads[0][*column]));
        let is_head = |(at, head): (usize, &Vec<String>)| {
            texts(head) || at > 1 && names_the_rest(&heads[..at], head) || at == 1 && completes(&heads[0], head, rows)
        };
        let found = rows.len() >= 2
            && columns.len() >= LEAST_COLUMNS
            && first_is_text
            && heads.iter().enumerate().skip(1).all(is_head);
        let evidence =
            format!("header: {count} records, since {} columns hold numbers, days or addresses below", columns.len());
        found.then_some((count, evidence))
    })
}

/// Whether a record names just columns without a name so far, as the row with the index of a data frame.
fn names_the_rest(heads: &[Vec<String>], record: &[String]) -> bool {
    let is_new = |at: usize| heads.iter().all(|head| head[at].is_empty());
    let mut filled = record.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
    record.iter().any(|cell| !cell.is_empty()) && filled.all(|(at, cell)| is_new(at) && !is_value(cell))
}

/// Whether a record names the columns that the first one leaves without a name, as in surveys: below an identifier that
/// every row has, it is empty.
fn completes(first: &[String], record: &[String], rows: &[Vec<String>]) -> bool {
    let is_key =
        |at: usize| !first[at].is_empty() && record[at].is_empty() && rows.iter().all(|row| !row[at].is_empty());
    let unnamed = || first.iter().zip(record).filter(|(name, _)| name.is_empty());
    is_key(0)
        && unnamed().count() > 0
        && unnamed().all(|(_, cell)| !cell.is_empty())
        && record.iter().all(|cell| !is_value(cell))
}

/// Whether nearly all filled cells of a column are values.
pub(super) fn holds_values(rows: &[Vec<String>], column: usize) -> bool {
    let is_filled = |cell: &&str| !cell.is_empty() && !NULL_WORDS.contains(cell);
    let filled = || rows.iter().map(|row| row[column].as_str()).filter(is_filled);
    let (values, all) = (filled().filter(|cell| is_value(cell)).count(), filled().count());
    all > 0 && values * 100 >= all * 95
}

/// The names of the columns by several records: those of one record if it distinguishes them, or else of all.
fn names(heads: &[Vec<String>]) -> (Vec<String>, NamesFrom) {
    let whole = |names: &Vec<String>| {
        names.iter().enumerate().all(|(at, name)| !name.is_empty() && !names[..at].contains(name))
    };
    match heads {
        [first, ..] if whole(first) => (first.clone(), NamesFrom::First),
        [.., last] if whole(last) => (last.clone(), NamesFrom::Last),
        _ => (column_names(heads.to_vec(), NamesFrom::All), NamesFrom::All),
    }
}

/// Whether the first record is a header: none of its cells is a value, and the columns below contain values of another
/// kind, or it reads like names.
fn single(records: &[Vec<String>]) -> (Option<Vec<String>>, String) {
    let Some((first, rows)) = records.split_first() else { return (None, "the file contains no records".to_owned()) };
    if let Some(cell) = first.iter().find(|cell| is_value(cell)) {
        let like = if cell.contains('@') { "an address".to_owned() } else { format!("the value {cell}") };
        return (None, format!("no header: the first record contains {like}"));
    }
    let filled = |column: usize| rows.iter().map(move |row| row[column].as_str()).filter(|cell| !cell.is_empty());
    let contrast = (0..first.len()).filter(|column| {
        let (values, all) = (filled(*column).filter(|cell| is_value(cell)).count(), filled(*column).count());
        all > 0 && values * 10 >= all * 8
    });
    let contrast = contrast.count();
    if contrast > 0 && first.iter().any(|cell| !cell.is_empty()) {
        let columns = if contrast == 1 { "1 column".to_owned() } else { format!("{contrast} columns") };
        return (
            Some(first.clone()),
            format!("header: {columns} of numbers, days or addresses, except in the first record"),
        );
    }
    let repeats = (0..first.len()).filter(|column| filled(*column).any(|cell| cell == first[*column])).count();
    if repeats > 0 {
        return (None, "no header: cells of the first record repeat in later ones".to_owned());
    }
    let name_like = |cell: &String| {
        cell.starts_with(|first: char| first.is_alphabetic() || first == '_') && cell.chars().count() <= 64
    };
    let distinct = first.iter().enumerate().all(|(at, cell)| !first[..at].contains(cell));
    if first.iter().all(name_like) && distinct {
        return (
            Some(first.clone()),
            "header: the first record reads like names; all columns contain text, so please check".to_owned(),
        );
    }
    (None, "no header: the first record does not read like names".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(u32, NamesFrom, Vec<String>)> {
        let records: Vec<Vec<String>> = text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect();
        header(&records).0.map(|header| (header.records, header.names_from, header.names))
    }

    #[test]
    fn header_records_end_where_values_begin() {
        let survey = "at|answer|why\nEnd date|Would you?|Why is that?\n2025-01-02|7|so\n2025-01-03|9|\n";
        let (records, from, names) = found(survey).unwrap();
        assert_eq!((records, from, names.join(" ")), (2, NamesFrom::First, "at answer why".to_owned()));
        let grouped = "Who||Order|\nname|town|no|sum\nAnna|Lund|1|5\nBo|Mora|2|6\n";
        let (records, from, names) = found(grouped).unwrap();
        assert_eq!((records, from, names.join(" ")), (2, NamesFrom::Last, "name town no sum".to_owned()));
        let twice = "2024||2025|\nin|out|in|out\n1|2|3|4\n5|6|7|8\n";
        assert_eq!(found(twice), None, "a year is a value");
        let twice = "old||new|\nin|out|in|out\n1|2|3|4\n5|6|7|8\n";
        let (records, from, names) = found(twice).unwrap();
        assert_eq!((records, from), (2, NamesFrom::All));
        assert_eq!(names, ["old in", "old out", "new in", "new out"]);
    }

    #[test]
    fn a_record_with_faults_is_not_a_header() {
        for text in [
            "id|a|b\n1|n/a|n/a\n2|3|4\n3|4|5\n",
            "id|a|b\n1|x|y\n2|3|4\n3|4|5\n",
            "id|name\n1|x\n2|y\n",
            "id|a|b\n||\n2|3|4\n3|4|5\n",
        ] {
            assert_eq!(found(text).unwrap().0, 1, "{text}");
        }
    }

    #[test]
    fn records_that_name_the_rest_of_the_columns_are_header_records() {
        let survey = "Respondent|How good?||Why?\n|Price|Delivery|Open\n1001|4|5|x\n1002|3|4|y\n";
        assert_eq!(found(survey).unwrap().0, 2);
        let frame = "|price|price|qty\n|mean|sum|sum\nstore|||\nLund|10.5|105.0|10\nUmeå|11.5|115.0|10\n";
        assert_eq!(found(frame).unwrap().0, 3);
        // A record whose identifier is missing is a fault.
        assert_eq!(found("nr|a||b\n|x||z\n1|4|5|x\n2|3|4|y\n").unwrap().0, 1);
    }

    #[test]
    fn the_ids_of_a_survey_program_are_the_last_header_record() {
        let text = "Q1|Q2\nHow?|Why?\n{\"ImportId\":\"Q1\"}|{\"ImportId\":\"Q2\"}\nwell|so\n";
        assert_eq!(found(text).unwrap().0, 3);
    }
}
