//! Lines that were left out by their number or by a pattern are judged as if they were records, so that none is lost
//! in silence: a total that is missing in one file must not cost that file a row.

use std::sync::Arc;

use arrow::error::ArrowError;

use super::frame::{FileLines, LeftOut, LeftOutLine, SoundLines, Wanted};
use super::open::Reader;
use super::opened::Opened;
use super::rows::{Decoder, RowRules};
use crate::config::Format;
use crate::invariant::BrokenInvariant;
use crate::local_time::LocalTime;
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
            let all: Vec<&str> = same.iter().map(|line| line.text.as_str()).collect();
            let count = self.sound(file, &all.join("\n"))?;
            if count == 0 {
                continue;
            }
            for line in same {
                if self.sound(file, &line.text)? > 0 {
                    let text = self.shown(file, line);
                    lines.sound.push(SoundLines { count, first: LeftOutLine { text, ..line.clone() } });
                    break;
                }
            }
        }
        Ok(())
    }

    /// How many of these lines are records that keep every rule.
    fn sound(&mut self, file: usize, text: &str) -> Result<u64, ArrowError> {
        let opened = Arc::clone(&self.opened);
        let (Some(piece), Some(layout)) = (opened.format.lines(text), opened.layouts.get(file)) else { return Ok(0) };
        let pages = piece.pages(Wanted::Declared, layout.width);
        let mut decoder = Decoder::new(self.rules()?, Arc::clone(layout), &[])?;
        let decoded = pages.and_then(|mut pages| decoder.decode(pages.as_mut(), None))?;
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
        let is_open = opened.source.personal.is_empty() && !line.text.contains('@');
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

/// What the source declares about the lines that were left out for this reason.
pub(super) fn declared(opened: &Opened, why: LeftOut) -> String {
    let (skipped, footer, patterns) = match &opened.source.format {
        Format::Csv(csv) => (csv.skip_lines, csv.footer_lines, csv.ignore_lines.as_slice()),
        Format::FixedWidth(fixed) => (fixed.skip_lines, fixed.footer_lines, fixed.ignore_lines.as_slice()),
        Format::JsonLines(_) | Format::Json(_) | Format::Parquet(_) | Format::Xlsx(_) => (0, 0, [].as_slice()),
    };
    match why {
        LeftOut::Skipped => format!("skip_lines: {skipped}"),
        LeftOut::Footer => format!("footer_lines: {footer}"),
        LeftOut::Pattern(number) => {
            let pattern = patterns.get(number).map(|typed| typed.pattern.value.as_str()).unwrap_or_default();
            format!("ignore_lines: [{{ pattern: '{pattern}' }}]")
        }
        LeftOut::Total => {
            let pattern = opened.source.total_line.as_ref().map(|total| total.pattern.as_str()).unwrap_or_default();
            format!("total_line: {{ pattern: '{pattern}' }}")
        }
    }
}
