//! Files with records of several types, each with its type in the first field: a settlement report, a bank file.

use std::collections::BTreeMap;

use super::header::header;

/// The longest name of a type.
const LONGEST: usize = 4;
/// With fewer types, the first field is an ordinary column.
const LEAST_TYPES: usize = 3;

/// The types of a file's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordTypes {
    /// That of the table's records.
    pub(super) value: String,
    /// That of the record that names the columns.
    pub(super) header: Option<String>,
}

/// The types of `records`, if they have some: nearly all begin with a short code, and records of one code are alike.
pub(super) fn record_types(records: &[Vec<String>]) -> Option<RecordTypes> {
    let mut types: BTreeMap<&str, Vec<&Vec<String>>> = BTreeMap::new();
    for record in records {
        let name = record.first().filter(|cell| is_type(cell))?;
        types.entry(name).or_default().push(record);
    }
    let widths = |of: &[&Vec<String>]| of.iter().all(|record| record.len() == of[0].len());
    let all_alike = types.values().all(|of| widths(of));
    let mut different: Vec<usize> = types.values().map(|of| of[0].len()).collect();
    different.sort_unstable();
    different.dedup();
    if types.len() < LEAST_TYPES || different.len() < 2 || !all_alike {
        return None;
    }
    let (value, rows) = types.iter().max_by_key(|(_, of)| (of.len(), of[0].len()))?;
    let width = rows[0].len();
    let names = types.iter().find(|(name, of)| {
        let table: Vec<Vec<String>> = of.iter().take(1).chain(rows).map(|record| record[1..].to_vec()).collect();
        let repeated = of.iter().all(|record| *record == of[0]);
        *name != value && of[0].len() == width && repeated && header(&table).0.is_some()
    });
    // A record as wide as the table's might be one of its rows.
    let rivals = types.iter().filter(|(name, of)| *name != value && of[0].len() == width).count();
    let is_framed = names.is_some() || records.first().is_some_and(|record| record[0] != **value);
    if rivals > usize::from(names.is_some()) || !is_framed {
        return None;
    }
    Some(RecordTypes { value: (*value).to_owned(), header: names.map(|(name, _)| (*name).to_owned()) })
}

fn is_type(cell: &str) -> bool {
    (1..=LONGEST).contains(&cell.len())
        && cell.starts_with(|first: char| first.is_ascii_uppercase())
        && cell.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(String, Option<String>)> {
        let records: Vec<Vec<String>> = text.lines().map(|line| line.split(';').map(str::to_owned).collect()).collect();
        record_types(&records).map(|types| (types.value, types.header))
    }

    #[test]
    fn the_commonest_type_is_the_table_and_a_type_of_names_its_header() {
        let text = "A1;2025-01-01\nN;id;amount\nP;1;5\nP;2;6\nZ;2\n";
        assert_eq!(found(text), Some(("P".to_owned(), Some("N".to_owned()))));
        let text = "A1;2025-01-01\nP;1;5\nP;2;6\nZ;2\n";
        assert_eq!(found(text), Some(("P".to_owned(), None)));
    }

    #[test]
    fn a_column_of_codes_is_no_type() {
        assert_eq!(found("SE;1\nNO;2\nDK;3\n"), None, "all alike");
        assert_eq!(found("SE;1\nNO;2\nSE;3\nDK;3;x\nFI;3;x;y\n"), None, "rows as wide as the others");
        assert_eq!(found("SE;1\nSE;2;x\nNO;2\nDK;3\n"), None, "one code, two widths");
        assert_eq!(found("country;1\nSE;1\nSE;2;x\nNO;2\nDK;3\n"), None);
    }
}
