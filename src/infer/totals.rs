//! Rows that sum up the rows of a table and load as if they were some of them: known by words for a total in any cell,
//! and by numbers that are the sums of the rows above.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::number::number;

/// A sum of fewer rows says nothing.
const LEAST_SUMMED: u64 = 2;
/// Without a word for a total, a last row is suspected only after this many rows: if two of its numbers are sums or a
/// cell is empty, or else if one number is a sum.
const LEAST_WORDLESS: [u64; 2] = [5, 10];
/// Longer cells are neither words nor amounts.
const LONGEST: usize = 60;
/// The most such rows that are kept.
const MOST_KEPT: usize = 1000;

const WORDS: &str = r"(?:sub|grand|slut|del|mellan|zwischen|end|all)?[ \-]?(?:totals?|totalt|totale|totaal|totalsumm[ae]|totalen|summa|summe|sum|suma|somme)|gesamt(?:summe|betrag)?|insgesamt|yhteens\xC3?[\xA4\x84]?|loppusumma|v\xC3\xA4lisumma|i alt|altogether|sammanlagt|overall";

/// A word for a total anywhere in a cell.
static SOMEWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"(?i-u)\b(?:{WORDS})(?:\b|$)")).ok());
/// A cell that says nothing else, but for numbers, or names what was summed after a colon.
static ONLY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?i-u)^[^a-z\x80-\xFF]*(?:{WORDS})(?:[^a-z\x80-\xFF]*$|[ ]?:)")).ok());

/// A row that looks like a total.
#[derive(Debug, Clone)]
pub(super) struct TotalRow {
    pub(super) file: u16,
    /// Its line or row, from 1.
    pub(super) line: u64,
    pub(super) text: String,
    pub(super) why: &'static str,
}

/// The sums of the columns so far, with a decimal point and a decimal comma.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// Of all rows of the file.
    all: [f64; 2],
    /// Of the rows since the last total.
    part: [f64; 2],
    /// The greatest amounts.
    most: [f64; 2],
    /// Whether some number cannot be read so.
    is_broken: [bool; 2],
}

/// Rows that look like totals, of all files of a source.
#[derive(Debug, Default)]
pub(super) struct Totals {
    columns: Vec<Sums>,
    rows: u64,
    since: u64,
    /// Rows that are suspected only if no other row follows.
    last: Vec<TotalRow>,
    found: Vec<TotalRow>,
}

impl Totals {
    /// Whether numbers of the row are sums of the rows above; if so, the next sums begin after it.
    pub(super) fn is_sum(&mut self, cells: &[Vec<u8>]) -> bool {
        let is_sum = self.sums(cells) > 0;
        if is_sum {
            self.cut();
        }
        is_sum
    }

    /// Adds a row of a file. `at` is its line and text.
    pub(super) fn take(&mut self, file: u16, cells: &[Vec<u8>], at: impl FnOnce() -> (u64, String)) {
        let sums = self.sums(cells);
        let has_word = cells.iter().any(|cell| matches(&SOMEWHERE, cell));
        let is_only = has_word && cells.iter().any(|cell| matches(&ONLY, cell));
        let has_gaps = cells.iter().any(|cell| cell.is_empty() || cell.iter().all(|byte| b" -".contains(byte)));
        let [few, many] = LEAST_WORDLESS;
        let wordless = self.rows >= many && sums > 0 || self.rows >= few && (sums > 1 || sums > 0 && has_gaps);
        let row = |why| {
            let (line, text) = at();
            TotalRow { file, line, text, why }
        };
        if sums > 0 && has_word {
            self.found(row("it has a word for a total, and numbers that are the sums of the rows above"));
            return self.cut();
        }
        match () {
            () if is_only && self.rows == 0 => self.found(row("it is the first row, and a cell says total")),
            () if is_only => self.last.push(row("it is the last row, and a cell says total")),
            () if wordless => self.last.push(row("it is the last row, and has the sums of the rows above")),
            () => self.last.clear(),
        }
        self.last.truncate(MOST_KEPT);
        self.add(cells);
    }

    /// At the end of a file.
    pub(super) fn end_file(&mut self) {
        std::mem::take(&mut self.last).into_iter().for_each(|row| self.found(row));
        (self.columns, self.rows, self.since) = (Vec::new(), 0, 0);
    }

    /// The rows that look like totals.
    pub(super) fn rows(&self) -> &[TotalRow] {
        &self.found
    }

    fn found(&mut self, row: TotalRow) {
        if self.found.len() < MOST_KEPT {
            self.found.push(row);
        }
    }

    fn cut(&mut self) {
        self.since = 0;
        self.columns.iter_mut().for_each(|column| column.part = [0.0; 2]);
    }

    fn add(&mut self, cells: &[Vec<u8>]) {
        self.columns.resize(cells.len().max(self.columns.len()), Sums::default());
        for (sums, cell) in self.columns.iter_mut().zip(cells) {
            let Some(values) = values(cell) else { continue };
            for (at, value) in values.into_iter().enumerate() {
                let Some(value) = value else {
                    sums.is_broken[at] = true;
                    continue;
                };
                sums.all[at] += value;
                sums.part[at] += value;
                sums.most[at] = sums.most[at].max(value.abs());
            }
        }
        self.rows += 1;
        self.since += 1;
    }

    /// How many numbers of a row are sums of the rows above.
    fn sums(&self, cells: &[Vec<u8>]) -> usize {
        if self.rows < LEAST_SUMMED {
            return 0;
        }
        let is_sum = |sums: &Sums, cell: &[u8]| {
            values(cell).is_some_and(|values| {
                values.into_iter().enumerate().any(|(at, value)| {
                    let is_possible = |value: &f64| !sums.is_broken[at] && value.abs() > sums.most[at];
                    let Some(value) = value.filter(is_possible) else { return false };
                    let is = |sum: f64| (value - sum).abs() <= 0.006_f64.max(value.abs() * 1e-12);
                    is(sums.all[at]) || self.since >= LEAST_SUMMED && is(sums.part[at])
                })
            })
        };
        self.columns.iter().zip(cells).filter(|(sums, cell)| is_sum(sums, cell)).count()
    }
}

/// A cell as a number with a decimal point and with a decimal comma.
fn values(cell: &[u8]) -> Option<[Option<f64>; 2]> {
    let cell = cell.trim_ascii();
    if cell.len() > LONGEST || !cell.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let number = number(cell)?;
    Some([number.value(false), number.value(true)])
}

fn matches(pattern: &LazyLock<Option<Regex>>, cell: &[u8]) -> bool {
    let is_sign = || std::str::from_utf8(cell).is_ok_and(|text| matches!(text.trim(), "Σ" | "∑"));
    cell.len() <= LONGEST && (pattern.as_ref().is_some_and(|pattern| pattern.is_match(cell)) || is_sign())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspected(rows: &[&str]) -> Vec<u64> {
        let mut totals = Totals::default();
        for (row, line) in rows.iter().zip(1..) {
            let cells: Vec<Vec<u8>> = row.split(';').map(|cell| cell.as_bytes().to_vec()).collect();
            totals.take(0, &cells, || (line, (*row).to_owned()));
        }
        totals.end_file();
        totals.rows().iter().map(|row| row.line).collect()
    }

    #[test]
    fn a_word_and_a_sum_make_a_total_in_any_cell() {
        for word in [
            "Total",
            "Summa",
            "Totalt",
            "Gesamt",
            "Yhteensä",
            "Sum",
            "I alt",
            "Grand total",
            "Σ",
            "Summe",
            "TOTALT 2025",
            "Subtotal",
            "Delsumma",
            "Totalsumma",
            "Total: Account",
        ] {
            assert_eq!(suspected(&["A;x;1,50", "B;y;2", "C;z;3", &format!("--;{word};6,50"), "D;x;1"]), [4], "{word}");
            assert_eq!(suspected(&["A;x;1", "B;y;2", "C;z;3", &format!("{word};--;99")]), [4], "{word}, other figures");
        }
        assert_eq!(suspected(&["A;1", "A;2", "A Summa;3", "B;4", "B;5", "B Summa;9", "Summa;12"]), [3, 6, 7]);
    }

    #[test]
    fn a_last_row_of_sums_needs_no_word() {
        let rows: Vec<String> = (1..=12).map(|n| format!("vara {n};{n};{n},50")).collect();
        let mut rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(suspected(&rows), Vec::<u64>::new());
        rows.push("allt;78;84,00");
        assert_eq!(suspected(&rows), [13]);
    }

    #[test]
    fn numbers_are_summed_with_one_decimal_sign() {
        let tenths =
            |n: u32| if n.is_multiple_of(10) { (n / 10).to_string() } else { format!("{}.{}", n / 10, n % 10) };
        let rows: Vec<String> = (1..=30).map(|n| format!("{n};{}", tenths(n * 11))).collect();
        // With a comma as the sign, only 11, 22 and 33 would be numbers.
        assert!(suspected(&rows.iter().map(String::as_str).collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn brands_flags_and_counters_are_not_totals() {
        assert!(suspected(&["Total Energi;5", "Statoil;7", "Total Energi;9", "Total Energi;2"]).is_empty());
        assert!(suspected(&["1;0", "2;1", "3;0", "4;0", "5;0", "6;0", "7;1"]).is_empty());
        assert!(suspected(&["1;Total", "2;Sum", "3;x"]).iter().all(|line| *line == 1));
    }
}
