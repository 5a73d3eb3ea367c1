//! Finds the table in a sheet of a workbook, of every kind that a run reads, and reads its rows into a profile. Cells are
//! the texts that a run reads.

use std::io::{self, Read};
use std::path::Path;

use super::header::{self, header, is_value};
use super::odd::{OddLine, Oddity, is_total};
use super::profile::Profile;
use super::sheet_layout::SheetLayout;
use super::sniffed::Sniffed;
use super::sql_name::sql_names;
use crate::config::{Located, NamesFrom, XlsxFormat};
use crate::extract::workbook::{sheet_names, sheet_rows, sheets};
use crate::invisible::as_seen;
use crate::source::YEARS;
use crate::store::Stored;
use crate::words::few;

/// Rows searched for the header.
const HEAD_ROWS: usize = 300;
/// A header begins within this many rows that are not empty.
const MOST_TITLES: usize = 30;
/// Rows with groups of columns above the names.
const MOST_GROUP_ROWS: usize = 2;
/// With fewer columns, a row with one cell may be a record.
const LEAST_WIDTH: usize = 3;
/// Columns of a sheet.
const MOST_COLUMNS: u32 = 16_384;
/// So many sheets are looked at.
const MOST_SHEETS: usize = 40;

/// A row with its number, and its cells by column.
type Row = (u32, Vec<(u32, String)>);

fn stored(path: &Path) -> io::Result<Stored> {
    Stored::local(Path::new(""), path)?.ok_or_else(|| io::Error::other("it is a folder"))
}

/// Finds the sheet and its header.
pub(super) fn look(path: &Path, found: &mut Sniffed) -> io::Result<()> {
    let stored = stored(path)?;
    let sheets = sheets(&stored).map_err(io::Error::other)?;
    let mut heads: Vec<(String, Vec<Row>)> = Vec::new();
    for sheet in sheets.iter().filter(|sheet| sheet.is_visible).take(MOST_SHEETS) {
        heads.push((sheet.name.clone(), head_of(&stored, &sheet.name)?));
    }
    let names = |rows: &[Row]| Table::find(rows).and_then(|table| table.names());
    let first = heads.iter().find(|(_, rows)| names(rows).is_some()).map(|(name, _)| name);
    let of_name = |wanted: &String| sheets.iter().find(|sheet| sheet.name == *wanted);
    let visible = || sheets.iter().find(|sheet| sheet.is_visible);
    let Some(sheet) = first.and_then(of_name).or_else(visible).or(sheets.first()) else {
        found.remarks.push("the workbook has no sheet with cells".to_owned());
        return Ok(());
    };
    let of_sheet = heads.iter().find(|(name, _)| *name == sheet.name).and_then(|(_, rows)| names(rows));
    let alike =
        heads.iter().filter(|(name, rows)| *name != sheet.name && of_sheet.is_some() && names(rows) == of_sheet);
    let alike: Vec<String> = alike.map(|(name, _)| name.clone()).collect();
    if !alike.is_empty() {
        found.questions.push(format!(
            "other sheets have the same columns as {}, and would not be read: {}\n  declare a source for each (sheet), and \
             join them in SQL, or have one sheet exported",
            sheet.name,
            few(&alike)
        ));
    }
    let others = |is_visible: bool| -> Vec<String> {
        let others = sheets.iter().filter(|other| other.is_visible == is_visible && other.name != sheet.name);
        others.map(|other| other.name.clone()).collect()
    };
    let (visible, hidden) = (others(true), others(false));
    if !visible.is_empty() {
        found.remarks.push(format!(
            "sheet {} was read, the first visible one with a table, but not {}",
            sheet.name,
            few(&visible)
        ));
    }
    if !hidden.is_empty() {
        found.remarks.push(format!("hidden and not read: {}", few(&hidden)));
    }
    if !sheet.is_visible {
        found.remarks.push("all of its sheets are hidden".to_owned());
    }
    let rows = head_of(&stored, &sheet.name)?;
    if let Some(table) = Table::find(&rows) {
        table.declare(&stored, sheet.name.clone(), found)?;
    }
    Ok(())
}

/// The first rows of a sheet.
fn head_of(stored: &Stored, sheet: &str) -> io::Result<Vec<Row>> {
    let (mut rows, mut beyond): (Vec<Row>, Option<u32>) = (Vec::new(), None);
    let mut take = |number: u32, cells: &[(u32, String)]| {
        if cells.iter().any(|(column, _)| *column >= MOST_COLUMNS) {
            beyond = Some(number);
        }
        rows.push((number, cells.to_vec()));
        rows.len() < HEAD_ROWS && beyond.is_none()
    };
    sheet_rows(stored, sheet, &mut take).map_err(io::Error::other)?;
    if let Some(row) = beyond {
        return Err(io::Error::other(format!(
            "row {row} of sheet {sheet} has a cell beyond column XFD, the last one of a workbook: the file is damaged"
        )));
    }
    Ok(rows)
}

/// Whether a workbook of Excel counts days from 1904.
fn counts_from_1904(path: &Path) -> bool {
    const MOST_BYTES: u64 = 1 << 20;
    let text = || {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).ok()?).ok()?;
        let mut text = String::new();
        archive.by_name("xl/workbook.xml").ok()?.take(MOST_BYTES).read_to_string(&mut text).ok()?;
        Some(text)
    };
    text().is_some_and(|text| text.contains("date1904=\"1\"") || text.contains("date1904=\"true\""))
}

/// The rows of a table at the start of a sheet, over the columns that it has.
struct Table<'a> {
    rows: &'a [Row],
    columns: Vec<u32>,
    records: Vec<Vec<String>>,
    /// Its header rows; none if the first row is a record.
    heads: usize,
    names_from: NamesFrom,
    evidence: String,
}

impl<'a> Table<'a> {
    fn find(rows: &'a [Row]) -> Option<Self> {
        let widest = rows.iter().map(|(_, cells)| cells.len()).max()?;
        let mut sizes: Vec<usize> = rows.iter().map(|(_, cells)| cells.len()).collect();
        sizes.sort_unstable();
        let usual = sizes[sizes.len() / 2];
        let is_wide = |(_, cells): &&Row| cells.len() * 2 > widest && cells.len() * 10 >= usual * 6;
        let mut columns: Vec<u32> =
            rows.iter().filter(is_wide).flat_map(|(_, cells)| cells.iter().map(|(column, _)| *column)).collect();
        columns.sort_unstable();
        columns.dedup();
        let record = |(_, cells): &Row| -> Vec<String> {
            let text = |column: &u32| cells.iter().find(|(at, _)| at == column).map(|(_, text)| text.trim().to_owned());
            columns.iter().map(|column| text(column).unwrap_or_default()).collect()
        };
        let wide: Vec<usize> = (0..rows.len().min(MOST_TITLES)).filter(|at| is_wide(&&rows[*at])).collect();
        let is_of_words = |at: &usize| rows[*at].1.iter().all(|(_, text)| !is_value(text.trim()));
        let of = |at: usize, heads: usize, names_from: NamesFrom, evidence: String| Self {
            rows: &rows[at..],
            columns: columns.clone(),
            records: rows[at..].iter().map(record).collect(),
            heads,
            names_from,
            evidence,
        };
        for at in wide.iter().copied().filter(|at| is_of_words(at)) {
            // Rows directly above may have the names of groups.
            let groups = (1..=MOST_GROUP_ROWS.min(at)).take_while(|above| {
                let row = &rows[at - above];
                row.0 + 1 == rows[at - above + 1].0 && row.1.len() > 1 && is_of_words(&(at - above))
            });
            for above in groups.collect::<Vec<_>>().into_iter().rev().chain([0]) {
                let records: Vec<Vec<String>> = rows[at - above..].iter().map(record).collect();
                let (Some(found), evidence) = header(&records) else { continue };
                if found.records as usize > above {
                    return Some(of(at - above, found.records as usize, found.names_from, evidence));
                }
            }
        }
        // Names may be years or days in their order, next to words.
        let names = wide.iter().copied().find(|at| {
            let below = rows.get(at + 1).map(record).unwrap_or_default();
            is_series(&record(&rows[*at])) && !is_series(&below)
        });
        if let Some(at) = names {
            let evidence = "header: words, and years or days in their order".to_owned();
            return Some(of(at, 1, NamesFrom::First, evidence));
        }
        let at = wide.first().copied().or((!rows.is_empty()).then_some(0))?;
        Some(of(at, 0, NamesFrom::First, header(&rows[at..].iter().map(record).collect::<Vec<_>>()).1))
    }

    /// Its names, if it has several columns, a header and rows.
    fn names(&self) -> Option<Vec<String>> {
        let is_table = self.heads > 0 && self.records.len() > self.heads && self.columns.len() > 1;
        is_table.then(|| self.records.first().cloned()).flatten()
    }

    /// Notes the names of the columns as a run reads them.
    fn declare(&self, stored: &Stored, sheet: String, found: &mut Sniffed) -> io::Result<()> {
        let first = self.rows.first().map_or(1, |(number, _)| *number);
        let last_head = self.rows[..self.heads].last().map_or(first, |(number, _)| *number);
        let mut layout = SheetLayout {
            counts_from_1904: counts_from_1904(&found.path),
            sheet,
            header: self.heads > 0,
            header_row: first,
            header_lines: last_head - first + 1,
            names_from: self.names_from,
            first_row: if self.heads > 0 { last_head + 1 } else { first },
            columns: Vec::new(),
            has_values: Vec::new(),
        };
        let mut names: Vec<(u32, String)> = Vec::new();
        if layout.header {
            let declared = XlsxFormat {
                sheet: Some(Located::nowhere(layout.sheet.clone())),
                header: true,
                header_row: Some(Located::nowhere(layout.header_row)),
                header_lines: Some(Located::nowhere(layout.header_lines)),
                names_from: Some(Located::nowhere(layout.names_from)),
                first_row: None,
                ignore_lines: Vec::new(),
            };
            names = sheet_names(stored, &declared).map_err(io::Error::other)?;
            self.check_names(&mut layout, &names, found);
        }
        if !layout.header {
            // By position: every column from the first one of the sheet.
            let end = self.columns.last().map_or(0, |last| last + 1);
            let of = |column: u32| names.iter().find(|(at, _)| *at == column).map(|(_, name)| name.clone());
            let texts: Vec<String> = (0..end).map(|column| of(column).unwrap_or_default()).collect();
            names = (0..end).zip(sql_names(&texts)).collect();
        }
        found.remarks.push(self.evidence.clone());
        if self.heads > 1 {
            found.remarks.push(format!("rows {first} to {last_head} are the header"));
        }
        let rows = &self.records[self.heads..];
        let place = |column: &u32| self.columns.iter().position(|known| known == column);
        layout.has_values = names
            .iter()
            .map(|(column, _)| place(column).is_some_and(|place| header::holds_values(rows, place)))
            .collect();
        (layout.columns, found.names) = names.into_iter().unzip();
        found.stated = vec![None; found.names.len()];
        found.sheet = Some(layout);
        Ok(())
    }

    /// Names that occur twice cannot be declared, and columns without a name are not read.
    fn check_names(&self, layout: &mut SheetLayout, names: &[(u32, String)], found: &mut Sniffed) {
        let seen: Vec<_> = names.iter().map(|(_, name)| as_seen(name)).collect();
        let twice: Vec<String> =
            (0..seen.len()).filter(|at| seen[..*at].contains(&seen[*at])).map(|at| seen[at].to_string()).collect();
        if !twice.is_empty() {
            layout.header = false;
            found.remarks.push(format!(
                "the header has names twice ({}): it is skipped, and columns are read by position",
                few(&twice)
            ));
            return;
        }
        let unnamed = self.columns.iter().enumerate().filter(|(place, column)| {
            let has_cells = self.records[self.heads..].iter().any(|record| !record[*place].is_empty());
            has_cells && !names.iter().any(|(at, _)| at == *column)
        });
        let unnamed: Vec<String> = unnamed.map(|(_, column)| (column + 1).to_string()).collect();
        if !unnamed.is_empty() {
            found.remarks.push(format!(
                "the header has no name for column {}: it is not read. To read it, name it in the workbook, or declare \
                 header: false and first_row, with all columns in their order",
                unnamed.join(", ")
            ));
        }
    }
}

/// Whether the cells of a row are words, and at least two years or days from the first to the last.
fn is_series(cells: &[String]) -> bool {
    let (values, words): (Vec<&String>, Vec<&String>) =
        cells.iter().filter(|cell| !cell.is_empty()).partition(|cell| is_value(cell));
    let is_year = |cell: &&String| cell.parse().is_ok_and(|year: u32| YEARS.contains(&year));
    let is_day = |cell: &&String| cell.parse::<chrono::NaiveDate>().is_ok();
    let is_ordered = values.windows(2).all(|pair| pair[0] < pair[1]);
    let is_of_time = values.iter().all(is_year) || values.iter().all(is_day);
    !words.is_empty() && values.len() > 1 && is_of_time && is_ordered
}

/// Reads the rows below the header.
pub(super) fn scan(found: &Sniffed, places: &[usize], file: u16, profile: &mut Profile) -> io::Result<()> {
    let Some(layout) = &found.sheet else { return Ok(()) };
    profile.bytes_read += std::fs::metadata(&found.path)?.len();
    let mut take = |number: u32, cells: &[(u32, String)]| {
        if number >= layout.first_row {
            take(layout, &found.names, places, (file, number, cells), profile);
        }
        true
    };
    sheet_rows(&stored(&found.path)?, &layout.sheet, &mut take).map_err(io::Error::other)?;
    profile.totals.end_file();
    Ok(())
}

fn take(
    layout: &SheetLayout,
    names: &[String],
    places: &[usize],
    (file, number, cells): (u16, u32, &[(u32, String)]),
    profile: &mut Profile,
) {
    let of_column = |column: &u32| cells.iter().find(|(at, _)| at == column).map(|(_, text)| text.as_str());
    let line = u64::from(number);
    let fill = |profile: &mut Profile| {
        for (column, place) in layout.columns.iter().zip(places) {
            if let Some(text) = of_column(column) {
                profile.cell(*place).extend_from_slice(text.as_bytes());
            }
        }
    };
    if let Some(oddity) = oddity(layout, names, cells).filter(|_| !profile.exempt.contains(&(file, line))) {
        profile.misfits += 1;
        fill(profile);
        let is_sum = profile.is_sum();
        profile.no_rows.add(OddLine { file, line, text: row_text(cells), oddity, trailing: true, is_sum });
        return;
    }
    profile.no_rows.record_follows(file);
    fill(profile);
    profile.end_line(file, || (line, row_text(cells)));
}

/// A row as text: its cells from column A on, separated by tabs.
fn row_text(cells: &[(u32, String)]) -> String {
    let mut text = String::new();
    let mut at = 0;
    for (column, cell) in cells {
        (at..*column).for_each(|_| text.push('\t'));
        at = *column;
        text.push_str(cell);
    }
    text
}

/// Why a row is none of the table's.
fn oddity(layout: &SheetLayout, names: &[String], cells: &[(u32, String)]) -> Option<Oddity> {
    let filled = cells.iter().filter(|(_, text)| !text.trim().is_empty()).count();
    let first = cells.iter().find(|(_, text)| !text.trim().is_empty())?;
    if is_total(first.1.as_bytes()) && filled < names.len().max(2) {
        return Some(Oddity::Total);
    }
    let place = |column: u32| layout.columns.iter().position(|known| *known == column);
    let is_name = |(column, text): &(u32, String)| place(*column).is_some_and(|at| names[at] == text.trim());
    if layout.header && filled == names.len() && cells.iter().all(is_name) {
        return Some(Oddity::Header);
    }
    let is_title = filled == 1
        && names.len() >= LEAST_WIDTH
        && !is_value(first.1.trim())
        && place(first.0).is_none_or(|at| at == 0 || layout.has_values[at]);
    is_title.then_some(Oddity::Title)
}
