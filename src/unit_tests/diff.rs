//! Shows the rows that are not as expected as an aligned table, the cells that differ as `expected -> found`.

use std::fmt::Write as _;

use super::compare::{Difference, Row};

/// Rows that a table shows at most.
const MOST_ROWS: usize = 20;
/// Columns that stand for a row if its key is not known.
const FIRST_COLUMNS: usize = 3;

/// What a test found, if it is not what was expected.
#[derive(Debug)]
pub struct Diff {
    pub(super) columns: Vec<String>,
    pub(super) key: Vec<usize>,
    pub(super) expected: Vec<Row>,
    pub(super) found: Vec<Row>,
    pub(super) differences: Vec<Difference>,
    /// Whether the only differences are in the last digits of floats.
    pub(super) is_rounding: bool,
}

/// A cell of the table.
struct Shown {
    text: String,
    differs: bool,
}

impl Diff {
    /// How many rows there are of each kind, in a sentence.
    pub fn counts(&self) -> String {
        let count = |is: fn(&Difference) -> bool| self.differences.iter().filter(|found| is(found)).count();
        let (differ, missing, unexpected) = (
            count(|found| matches!(found, Difference::Differs { .. })),
            count(|found| matches!(found, Difference::Missing { .. })),
            count(|found| matches!(found, Difference::Unexpected { .. })),
        );
        let counts = [(differ, "differ"), (missing, "missing"), (unexpected, "unexpected")];
        let parts = counts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| match (number, *what) {
            (1, "differ") => "1 differs".to_owned(),
            _ => format!("{number} {what}"),
        });
        let parts: Vec<String> = parts.collect();
        format!("expected {}, found {}: {}", rows(self.expected.len()), self.found.len(), parts.join(", "))
    }

    /// The differences as programs read them.
    pub fn as_json(&self) -> serde_json::Value {
        let row = |row: &Row| -> serde_json::Value {
            self.columns.iter().zip(row).map(|(name, cell)| (name.clone(), serde_json::json!(cell))).collect()
        };
        let one = |found: &Difference| match found {
            Difference::Differs { expected, found, columns } => serde_json::json!({
                "kind": "differs",
                "columns": columns.iter().map(|at| &self.columns[*at]).collect::<Vec<_>>(),
                "expected": row(&self.expected[*expected]),
                "found": row(&self.found[*found]),
            }),
            Difference::Missing { expected } => {
                serde_json::json!({ "kind": "missing", "expected": row(&self.expected[*expected]) })
            }
            Difference::Unexpected { found } => {
                serde_json::json!({ "kind": "unexpected", "found": row(&self.found[*found]) })
            }
        };
        self.differences.iter().map(one).collect()
    }

    /// The table, with colours if wanted.
    pub fn table(&self, in_colour: bool) -> String {
        let columns = self.columns_shown();
        let header = columns.iter().map(|at| Shown { text: self.columns[*at].clone(), differs: false }).collect();
        let mut lines: Vec<(char, Vec<Shown>)> = vec![(' ', header)];
        lines.extend(self.differences.iter().take(MOST_ROWS).map(|difference| self.line(difference, &columns)));
        let width = |at: usize| lines.iter().map(|(_, cells)| cells[at].text.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns.len()).map(width).collect();
        let mut table = String::new();
        for (mark, cells) in &lines {
            let cells = cells.iter().zip(&widths).map(|(cell, width)| {
                let padded = format!("{:<width$}", cell.text);
                if cell.differs && in_colour { format!("\u{1b}[1;33m{padded}\u{1b}[0m") } else { padded }
            });
            let line = format!("  {mark} | {} |", cells.collect::<Vec<_>>().join(" | "));
            let line = match mark {
                '-' if in_colour => format!("\u{1b}[31m{line}\u{1b}[0m"),
                '+' if in_colour => format!("\u{1b}[32m{line}\u{1b}[0m"),
                _ => line,
            };
            // Writing to a text cannot fail.
            let _ = writeln!(table, "{line}");
        }
        let more = self.differences.len().saturating_sub(MOST_ROWS);
        if more > 0 {
            let _ = writeln!(table, "  … and {} more", rows(more));
        }
        let _ = writeln!(table, "  ~ differs: expected -> found   - missing   + unexpected");
        if self.is_rounding {
            let hint = "only the last digits of floats differ: state how far they may, such as `tolerance: 1e-9`";
            let _ = writeln!(table, "  help: {hint}");
        }
        table
    }

    /// All columns if whole rows are missing or unexpected; otherwise those that differ and what identifies the row.
    fn columns_shown(&self) -> Vec<usize> {
        let mut shown: Vec<usize> = match self.key.is_empty() {
            true => (0..self.columns.len().min(FIRST_COLUMNS)).collect(),
            false => self.key.clone(),
        };
        for difference in &self.differences {
            match difference {
                Difference::Differs { columns, .. } => shown.extend(columns),
                _ => return (0..self.columns.len()).collect(),
            }
        }
        shown.sort_unstable();
        shown.dedup();
        shown
    }

    fn line(&self, difference: &Difference, columns: &[usize]) -> (char, Vec<Shown>) {
        let whole = |row: &Row| columns.iter().map(|at| Shown { text: cell(&row[*at]), differs: false }).collect();
        match difference {
            Difference::Missing { expected } => ('-', whole(&self.expected[*expected])),
            Difference::Unexpected { found } => ('+', whole(&self.found[*found])),
            Difference::Differs { expected, found, columns: differing } => {
                let (expected, found) = (&self.expected[*expected], &self.found[*found]);
                let cells = columns.iter().map(|at| match differing.contains(at) {
                    true => Shown { text: format!("{} -> {}", cell(&expected[*at]), cell(&found[*at])), differs: true },
                    false => Shown { text: cell(&found[*at]), differs: false },
                });
                ('~', cells.collect())
            }
        }
    }
}

fn rows(number: usize) -> String {
    crate::words::counted(number as u64, "row")
}

/// A cell for people. A text cannot control the terminal, and does not look like null.
fn cell(value: &Option<String>) -> String {
    match value.as_deref() {
        None => "null".to_owned(),
        Some("null") | Some("") => format!("\"{}\"", value.as_deref().unwrap_or_default()),
        Some(text) if text.contains(char::is_control) => text.escape_debug().to_string(),
        Some(text) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(key: Vec<usize>, differences: Vec<Difference>) -> Diff {
        let row = |cells: [&str; 4]| cells.iter().map(|cell| (*cell != "-").then(|| (*cell).to_owned())).collect();
        Diff {
            columns: ["id", "day", "amount", "note"].map(str::to_owned).to_vec(),
            key,
            expected: vec![row(["a", "2025-01-01", "1.00", "-"]), row(["b", "2025-01-02", "2.00", "x"])],
            found: vec![row(["a", "2025-01-01", "12.50", "-"]), row(["c", "2025-01-02", "2.00", ""])],
            differences,
            is_rounding: false,
        }
    }

    #[test]
    fn rows_that_differ_show_their_key_and_the_cells() {
        let differs = Difference::Differs { expected: 0, found: 0, columns: vec![2] };
        let diff = diff(vec![0], vec![differs]);
        let expected = "    | id | amount        |
  ~ | a  | 1.00 -> 12.50 |
  ~ differs: expected -> found   - missing   + unexpected
";
        assert_eq!(diff.table(false), expected);
        assert_eq!(diff.counts(), "expected 2 rows, found 2: 1 differs");
        assert!(diff.table(true).contains("\u{1b}[1;33m1.00 -> 12.50\u{1b}[0m"));
    }

    #[test]
    fn whole_rows_show_all_columns() {
        let whole = vec![Difference::Missing { expected: 1 }, Difference::Unexpected { found: 1 }];
        let expected = "    | id | day        | amount | note |
  - | b  | 2025-01-02 | 2.00   | x    |
  + | c  | 2025-01-02 | 2.00   | \"\"   |
  ~ differs: expected -> found   - missing   + unexpected
";
        assert_eq!(diff(Vec::new(), whole).table(false), expected);
    }
}
