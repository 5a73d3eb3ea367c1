//! Judges single records outside a run, by a source's current declaration: corrected records, and rejected records
//! after the declaration was fixed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::error::ArrowError;
use chrono_tz::Tz;

use super::error::ExtractError;
use super::files::{list, unfit};
use super::frame::{FileColumns, RecordText, Rule, Wanted};
use super::open::{Reader, wrong};
use super::rows::{CorrectError, Corrector, Decoded, Decoder, Layout};
use crate::identifying::may_identify;
use crate::local_time::LocalTime;
use crate::source::Source;

/// A source's declaration and the headers of its files.
#[derive(Debug)]
pub struct Recheck {
    source: Source,
    reader: Reader,
    records: Arc<dyn RecordText>,
    corrector: Corrector,
    /// Columns of each file, by its name in messages.
    headers: BTreeMap<String, Vec<String>>,
    decoder: Option<(String, Decoder)>,
}

/// A fault of a record: column, rule and message, without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The faulty column.
    pub column: Option<String>,
    /// The broken rule.
    pub rule: String,
    /// Column and reason, for messages.
    pub message: String,
}

/// What the current declaration makes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It would load.
    Loads,
    /// It would be left out, as a record of a type that the source does not read.
    LeftOut,
    /// It would be rejected.
    Rejected(Vec<Finding>),
}

impl Recheck {
    /// Reads the columns of the source's files. `None` if rejected text of the format is not a record of a file, so that
    /// records cannot be judged one by one.
    ///
    /// # Errors
    /// Files that cannot be read, or whose header cannot.
    pub fn open(project: &Path, source: &Source, zone: Tz) -> Result<Option<Self>, ExtractError> {
        let reader = Reader::new(source, &LocalTime::shared(zone), None, None, None);
        let reader = reader.map_err(|errors| wrong(source, &errors))?;
        let Some(records) = Arc::clone(&reader.format).records() else { return Ok(None) };
        let mut headers = BTreeMap::new();
        for file in list(project, source)?.files {
            let columns = reader.format.columns(&file).map_err(|error| unfit(source, &file, error))?;
            if let FileColumns::InOrder(names) = columns {
                headers.insert(file.shown.display().to_string(), names);
            }
        }
        let corrector = Corrector::new(&reader.rules, reader.format.signs(), &[]);
        Ok(Some(Self { source: source.clone(), corrector, reader, records, headers, decoder: None }))
    }

    /// Columns of a file; `None` if the file no longer belongs to the source.
    pub fn columns(&self, file: &str) -> Option<&[String]> {
        self.headers.get(file).map(Vec::as_slice)
    }

    /// The fields of a rejected record, as far as they can be separated.
    pub fn fields(&self, raw: &str) -> Vec<String> {
        self.records.fields(raw)
    }

    /// Delimiter and quote of the source's files.
    pub fn signs(&self) -> (u8, u8) {
        {
            let signs = self.reader.format.signs();
            (signs.delimiter, signs.quote)
        }
    }

    /// The faults of a corrected record; empty if it would load.
    ///
    /// # Errors
    /// A bug in lojal; no record causes one.
    pub fn corrected<'a>(
        &mut self,
        cells: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<Vec<Finding>, ExtractError> {
        match self.corrector.decode(cells, 1, 0, None) {
            Ok(decoded) => Ok(self.findings(&decoded)),
            Err(CorrectError::Columns(found)) => {
                let message = format!("the columns {} are missing", found.missing.join(", "));
                Ok(vec![Finding { column: None, rule: "field_count".to_owned(), message }])
            }
            Err(CorrectError::Arrow(error)) => Err(self.failed(&error)),
        }
    }

    /// What becomes of a record of `file`; `None` if that file is gone or its header does not match.
    ///
    /// # Errors
    /// A bug in lojal; no record causes one.
    pub fn rejected(&mut self, file: &str, raw: &str) -> Result<Option<Judgement>, ExtractError> {
        let Some(names) = self.headers.get(file) else { return Ok(None) };
        let Ok(layout) = Layout::new(names, &self.source.columns) else { return Ok(None) };
        let layout = Arc::new(layout);
        let piece = self.records.piece(raw, names);
        let mut decoder = match self.decoder.take().filter(|(held, _)| held == file) {
            Some((_, decoder)) => decoder,
            None => Decoder::new(Arc::clone(&self.reader.rules), Arc::clone(&layout), &[])
                .map_err(|error| self.failed(&error))?,
        };
        let pages = piece.pages(Wanted::Declared, layout.width);
        let decoded = pages.and_then(|mut pages| decoder.decode(pages.as_mut(), None));
        self.decoder = Some((file.to_owned(), decoder));
        let decoded = decoded.map_err(|error| self.failed(&error))?;
        Ok(Some(match decoded.rows_read {
            0 => Judgement::LeftOut,
            _ if decoded.rejects.is_empty() => Judgement::Loads,
            _ => Judgement::Rejected(self.findings(&decoded)),
        }))
    }

    /// Whether messages must not quote a column's cells.
    pub fn is_personal(&self, column: &str) -> bool {
        self.source.personal.iter().any(|personal| personal == column)
    }

    fn findings(&self, decoded: &Decoded) -> Vec<Finding> {
        let has_personal = !self.source.personal.is_empty();
        let moved = decoded.rejects.iter().any(|reject| reject.row_faults().have_moved(has_personal));
        let faults = decoded.rejects.iter().flat_map(|reject| &reject.faults).map(|fault| {
            let column = fault.column.as_deref().map(str::to_owned);
            let rule = fault.rule.to_string();
            let message = fault.to_string();
            // The type of a record is a cell of a column that may be personal.
            let is_personal = match &column {
                Some(column) => self.is_personal(column),
                None => fault.rule == Rule::RecordType && !self.source.personal.is_empty(),
            };
            let message = match &column {
                _ if !is_personal && !moved && !may_identify(&message) => message,
                Some(column) => format!("{column}: breaks the rule `{rule}`"),
                None => format!("breaks the rule `{rule}`"),
            };
            Finding { column, rule, message }
        });
        faults.collect()
    }

    fn failed(&self, error: &ArrowError) -> ExtractError {
        ExtractError::undecodable(&self.source, &self.source.path.shown, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::SourceText;

    fn judged(record_type: &str, raw: &str) -> Judgement {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "kind,id\nP,1\nQ,2\n").unwrap();
        let text = format!(
            "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\nsources:\n  s:\n    path: a.csv\n    \
             format: {{ csv: {{ record_type: {{ {record_type} }} }} }}\n    \
             columns: {{ kind: {{ type: string }}, id: {{ type: int }} }}\n"
        );
        let (file, texts) = crate::config::parse(&SourceText::new("p.yml", text)).unwrap();
        let sources = crate::plan::sources_of(&file, &texts).unwrap();
        let mut recheck = Recheck::open(folder.path(), &sources["s"], Tz::UTC).unwrap().unwrap();
        recheck.rejected("a.csv", raw).unwrap().unwrap()
    }

    #[test]
    fn a_record_of_an_unknown_type_does_not_load_in_a_replay() {
        for column in ["1", "kind"] {
            let declared = format!("column: {column}, value: P");
            let Judgement::Rejected(findings) = judged(&declared, "Q,2") else { panic!("{column}") };
            assert_eq!(findings[0].rule, "record_type");
            assert_eq!(judged(&format!("{declared}, ignore: [Q]"), "Q,2"), Judgement::LeftOut);
            assert_eq!(judged(&format!("column: {column}, value: Q"), "Q,2"), Judgement::Loads);
            let Judgement::Rejected(findings) = judged(&declared, "P,x") else { panic!("{column}") };
            assert_eq!(findings[0].rule, "type");
        }
    }
}
