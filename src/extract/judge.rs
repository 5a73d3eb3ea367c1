//! Judges single records outside a run, by a source's current declaration: corrected records, and rejected records
//! after the declaration was fixed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;

use super::ExtractError;
use super::csv::{Chunk, CorrectError, Corrector, Decoded, Decoder, Layout, LocalTime, Plan, split_record};
use super::files::list;
use super::open::{csv_header, plan_of};
use crate::config::Format;
use crate::source::Source;

/// A source's declaration and the headers of its files.
#[derive(Debug)]
pub struct Judge {
    source: Source,
    plan: Arc<Plan>,
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

impl Judge {
    /// Whether records of the source can be judged one by one: the rejected text must be a record of a file.
    pub fn can_judge(source: &Source) -> bool {
        matches!(source.format, Format::Csv(_))
    }

    /// Reads the headers of the source's files.
    ///
    /// # Errors
    /// Files that cannot be read, or whose header cannot.
    pub fn open(project: &Path, source: &Source, zone: Tz) -> Result<Self, ExtractError> {
        let plan = plan_of(source, &Arc::new(LocalTime::new(zone)), None, None).map_err(|errors| {
            let reason = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            ExtractError::Format { name: source.name.clone(), path: source.path.shown.clone().into(), reason }
        })?;
        let mut headers = BTreeMap::new();
        for file in list(project, source)? {
            if let Some(names) = csv_header(source, &plan, &file)? {
                headers.insert(file.shown.display().to_string(), names);
            }
        }
        let plan = Arc::new(plan);
        Ok(Self { source: source.clone(), corrector: Corrector::new(&plan, &[]), plan, headers, decoder: None })
    }

    /// Columns of a file; `None` if the file no longer belongs to the source.
    pub fn columns(&self, file: &str) -> Option<&[String]> {
        self.headers.get(file).map(Vec::as_slice)
    }

    /// The fields of a rejected record, as far as they can be separated.
    pub fn fields(&self, raw: &str) -> Vec<String> {
        split_record(raw, &self.plan)
    }

    /// Delimiter and quote of the source's files.
    pub fn signs(&self) -> (u8, u8) {
        (self.plan.dialect().delimiter, self.plan.dialect().quote)
    }

    /// The faults of a corrected record; empty if it would load.
    ///
    /// # Errors
    /// Faults of lojal; no record causes one.
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
            Err(CorrectError::Arrow(error)) => Err(self.failed(&error.to_string())),
        }
    }

    /// The faults of a record of `file`; `None` if that file is gone or its header does not match.
    ///
    /// # Errors
    /// Faults of lojal; no record causes one.
    pub fn rejected(&mut self, file: &str, raw: &str) -> Result<Option<Vec<Finding>>, ExtractError> {
        if self.decoder.as_ref().is_none_or(|(held, _)| held != file) {
            let Some(names) = self.headers.get(file) else { return Ok(None) };
            let Ok(layout) = Layout::new(names, &self.source.columns) else { return Ok(None) };
            // Rejected text is kept as UTF-8, in any encoding of the file.
            let decoder = Decoder::new(Arc::new(self.plan.of_text()), Arc::new(layout), &[]);
            self.decoder = Some((file.to_owned(), decoder.map_err(|error| self.failed(&error.to_string()))?));
        }
        let Some((_, decoder)) = &mut self.decoder else { return Ok(None) };
        let data = format!("{raw}\n").into_bytes();
        let decoded = decoder.decode(&Chunk { data, first_line: 1, ..Chunk::default() }, None);
        let decoded = decoded.map_err(|error| self.failed(&error.to_string()))?;
        Ok(Some(self.findings(&decoded)))
    }

    /// Whether messages must not quote a column's cells.
    pub fn is_personal(&self, column: &str) -> bool {
        self.source.personal.iter().any(|personal| personal == column)
    }

    fn findings(&self, decoded: &Decoded) -> Vec<Finding> {
        let faults = decoded.rejects.iter().flat_map(|reject| &reject.faults).map(|fault| {
            let column = fault.column.as_deref().map(str::to_owned);
            let rule = fault.rule.to_string();
            let message = match &column {
                Some(column) if self.is_personal(column) => format!("{column}: breaks the rule `{rule}`"),
                _ => fault.to_string(),
            };
            Finding { column, rule, message }
        });
        faults.collect()
    }

    fn failed(&self, reason: &str) -> ExtractError {
        let path = self.source.path.shown.clone().into();
        ExtractError::Format { name: self.source.name.clone(), path, reason: reason.to_owned() }
    }
}
