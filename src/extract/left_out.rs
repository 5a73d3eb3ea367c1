//! Lines that were left out by their number or by a pattern are judged as if they were records, so that none is lost
//! in silence: a total that is missing in one file must not cost that file a row.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::error::ArrowError;

use super::frame::{FileLines, LeftOut, LeftOutLine, Origin, Piece, SoundLines, TextRecords, Wanted};
use super::open::Reader;
use super::opened::Opened;
use super::rows::{Decoder, RowRules};
use crate::config::{Format, IgnoreLinesFile, Located};
use crate::identifying::may_identify;
use crate::invariant::BrokenInvariant;
use crate::local_time::LocalTime;
use crate::source::{ColumnType, Source};
use crate::words::printable;

/// Judges lines of a source.
pub(super) struct LeftOutJudge {
    opened: Arc<Opened>,
    /// The rules of single rows: what is left out must not count for the promises of the source.
    rules: Option<Arc<RowRules>>,
}

impl LeftOutJudge {
    pub(super) fn new(opened: Arc<Opened>) -> Self {
        Self { opened, rules: None }
    }

    /// Judges the lines of a piece that nobody has looked at.
    pub(super) fn judge(&mut self, file: usize, lines: &mut FileLines) -> Result<(), ArrowError> {
        let mut left_out = std::mem::take(&mut lines.left_out);
        left_out.sort_by_key(|line| (line.why, line.line));
        for same in left_out.chunk_by(|a, b| a.why == b.why) {
            let count = self.sound(file, same)?;
            if count == 0 {
                continue;
            }
            for line in same {
                if self.sound(file, std::slice::from_ref(line))? > 0 {
                    let text = self.shown(file, line);
                    lines.sound.push(SoundLines { count, first: LeftOutLine { text, ..line.clone() } });
                    break;
                }
            }
        }
        Ok(())
    }

    /// How many of these lines, which were left out for one reason, are records that keep every rule.
    fn sound(&mut self, file: usize, lines: &[LeftOutLine]) -> Result<u64, ArrowError> {
        let opened = Arc::clone(&self.opened);
        let of_sheet = lines.iter().any(|line| !line.cells.is_empty());
        let is_header = lines.iter().any(|line| line.why == LeftOut::Header);
        let piece = if of_sheet { Some(rows(lines)) } else { opened.format.lines(&joined(lines)) };
        let (Some(piece), Some(layout)) = (piece, opened.layouts.get(file)) else { return Ok(0) };
        // Titles and labels are texts too: rows of a sheet and header records need a value that only a record has.
        let proof: Vec<usize> = if of_sheet || is_header { typed_columns(&opened.source) } else { Vec::new() };
        let pages = piece.pages(Wanted::Declared, layout.width);
        let mut decoder = Decoder::new(self.rules()?, Arc::clone(layout), &proof)?;
        let decoded = pages.and_then(|mut pages| decoder.decode(pages.as_mut(), None))?;
        if of_sheet || is_header {
            return Ok(decoded.batches.iter().map(rows_with_a_value).sum());
        }
        Ok(decoded.rows_loaded)
    }

    fn rules(&mut self) -> Result<Arc<RowRules>, ArrowError> {
        if let Some(rules) = &self.rules {
            return Ok(Arc::clone(rules));
        }
        let zone = LocalTime::shared(self.opened.basis.zone);
        let reader = Reader::new(&self.opened.source, &zone, self.opened.basis.as_of, None, None);
        let reader = reader.map_err(|_| BrokenInvariant::new("rules that hold for a source hold for its lines"))?;
        Ok(Arc::clone(self.rules.insert(reader.rules)))
    }

    /// A line for messages, without the cells of personal columns.
    fn shown(&self, file: usize, line: &LeftOutLine) -> String {
        let opened = &self.opened;
        let is_open = opened.source.personal.is_empty() && !line.text.contains('@') && !may_identify(&line.text);
        if !line.cells.is_empty() {
            let hidden = "a row with personal cells, which is not shown".to_owned();
            return if is_open { printable(&line.text) } else { hidden };
        }
        let layout = opened.layouts.get(file);
        let (Some(records), Some(layout)) = (Arc::clone(&opened.format).records(), layout) else {
            let hidden = "a line with personal cells, which is not shown".to_owned();
            return if is_open { printable(&line.text) } else { hidden };
        };
        let cells = records.fields(&line.text).into_iter().enumerate().map(|(place, cell)| {
            let column = layout.places.iter().position(|found| *found == Some(place));
            let may_quote = column.map_or(is_open, |column| opened.may_quote(column, &cell));
            if may_quote { cell } else { "…".to_owned() }
        });
        let delimiter = char::from(opened.format.signs().delimiter).to_string();
        printable(&cells.collect::<Vec<_>>().join(&delimiter))
    }
}

/// Lines as a text of their own.
fn joined(lines: &[LeftOutLine]) -> String {
    lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// Rows of a sheet as a piece of it.
fn rows(lines: &[LeftOutLine]) -> Box<dyn Piece> {
    let mut piece = TextRecords::new(lines.first().map_or(0, |line| line.cells.len()));
    for line in lines {
        piece.start_row();
        for cell in &line.cells {
            piece.cell().extend_from_slice(cell.as_bytes());
            piece.end_cell();
        }
        piece.end_row(Origin { line: line.line, byte_offset: line.line, raw: 0..0 });
    }
    Box::new(piece.finish())
}

/// The columns that are not text.
fn typed_columns(source: &Source) -> Vec<usize> {
    let typed = source.columns.iter().enumerate().filter(|(_, column)| column.ty != ColumnType::String);
    typed.map(|(at, _)| at).collect()
}

/// The rows in which some column is not null.
fn rows_with_a_value(batch: &RecordBatch) -> u64 {
    let has_value = |row: &usize| batch.columns().iter().any(|column| !column.is_null(*row));
    (0..batch.num_rows()).filter(has_value).count() as u64
}

/// The declared patterns.
pub(super) fn patterns(opened: &Opened) -> &[IgnoreLinesFile] {
    match &opened.source.format {
        Format::Csv(csv) => &csv.ignore_lines,
        Format::FixedWidth(fixed) => &fixed.ignore_lines,
        Format::Xlsx(sheet) => &sheet.ignore_lines,
        Format::JsonLines(_) | Format::Json(_) | Format::Parquet(_) => &[],
    }
}

/// What the source declares about the lines that were left out for this reason.
pub(super) fn declared(opened: &Opened, why: LeftOut) -> String {
    let number = |typed: &Option<Located<u32>>| typed.as_ref().map_or(1, |typed| typed.value);
    let (skipped, header, footer) = match &opened.source.format {
        Format::Csv(csv) => (format!("skip_lines: {}", csv.skip_lines), number(&csv.header_lines), csv.footer_lines),
        Format::FixedWidth(fixed) => (format!("skip_lines: {}", fixed.skip_lines), 1, fixed.footer_lines),
        Format::Xlsx(sheet) => (format!("first_row: {}", number(&sheet.first_row)), number(&sheet.header_lines), 0),
        Format::JsonLines(_) | Format::Json(_) | Format::Parquet(_) => (String::new(), 1, 0),
    };
    match why {
        LeftOut::Skipped => skipped,
        LeftOut::Header => format!("header_lines: {header}"),
        LeftOut::Footer => format!("footer_lines: {footer}"),
        LeftOut::Pattern(number) => {
            let pattern = patterns(opened).get(number).map(|typed| typed.pattern.value.as_str()).unwrap_or_default();
            format!("ignore_lines: [{{ pattern: '{pattern}' }}]")
        }
        LeftOut::Total => {
            let pattern = opened.source.total_line.as_ref().map(|total| total.pattern.as_str()).unwrap_or_default();
            format!("total_line: {{ pattern: '{pattern}' }}")
        }
    }
}
