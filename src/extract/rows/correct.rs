//! Corrected records -> rows, judged like any other.
//!
//! A correction has its values by column name, so that it remains valid when the delimiter or the order of columns
//! changes. Its row is compared by the signs of the source's files, so its hash is the same as in a file.

use std::sync::Arc;

use arrow::error::ArrowError;

use super::{
    decode::Decoder,
    decoded::Decoded,
    from_file::FromFile,
    layout::{HeaderMatch, Layout},
    row_rules::RowRules,
    seen::SeenRows,
    versions::VersionMode,
};
use crate::extract::frame::{Origin, Reject, Rule, Signs, TextRecords};

/// Decodes corrected records of one source.
#[derive(Debug)]
pub struct Corrector {
    rules: Arc<RowRules>,
    signs: Signs,
    projection: Vec<usize>,
    /// Decoders keep their buffers, so one decoder serves as long as corrections have the same columns.
    decoder: Option<(Vec<String>, Decoder)>,
    file: FromFile,
    versions: Option<VersionMode>,
}

/// Why a corrected record could not be read.
#[derive(Debug)]
pub enum CorrectError {
    /// It lacks declared columns.
    Columns(HeaderMatch),
    /// Arrow failed.
    Arrow(ArrowError),
}

impl From<ArrowError> for CorrectError {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

impl Corrector {
    /// A corrector that delivers the declared columns `projection`, in that order.
    pub fn new(rules: &Arc<RowRules>, signs: Signs, projection: &[usize]) -> Self {
        let (rules, projection) = (Arc::clone(rules), projection.to_vec());
        Self { rules, signs, projection, decoder: None, file: FromFile::default(), versions: None }
    }

    /// Reads rows of a source with a key in this way.
    pub fn set_versions(&mut self, mode: VersionMode) {
        self.versions = Some(mode);
    }

    /// Sets the file that the rejected rows come from.
    pub fn set_file(&mut self, file: FromFile) {
        self.file = file;
    }

    /// For each sum that total lines state, whether a rejected record has none of it: a corrected one then adds to it.
    pub fn adds(&self, reject: &Reject) -> Vec<bool> {
        let lacks = |columns: &Vec<usize>| {
            let is_cell = |name: &str| columns.iter().any(|at| self.rules.columns()[*at].name == name);
            reject.faults.iter().any(|fault| match &fault.column {
                None => true,
                Some(column) => fault.rule != Rule::References && is_cell(column),
            })
        };
        self.rules.options.totals.iter().map(lacks).collect()
    }

    /// Decodes one record in the place of the one that it replaces.
    ///
    /// # Errors
    /// Missing columns; no value is an error.
    pub fn decode<'a>(
        &mut self,
        values: impl Iterator<Item = (&'a str, &'a str)> + Clone,
        line: u64,
        byte_offset: u64,
        seen: Option<&dyn SeenRows>,
    ) -> Result<Decoded, CorrectError> {
        let columns: Vec<String> = values.clone().map(|(name, _)| name.to_owned()).collect();
        let mut records = TextRecords::with_signs(columns.len(), self.signs);
        records.start_row();
        for (_, value) in values {
            records.cell().extend_from_slice(value.as_bytes());
            records.end_cell();
        }
        records.end_row(Origin { line, byte_offset, raw: 0..0 });
        let mut decoder = match self.decoder.take().filter(|(known, _)| *known == columns) {
            Some((_, decoder)) => decoder,
            None => {
                let layout = Layout::new(&columns, self.rules.columns()).map_err(CorrectError::Columns)?;
                let mut decoder = Decoder::new(Arc::clone(&self.rules), Arc::new(layout), &self.projection)?;
                self.versions.iter().for_each(|mode| decoder.set_versions(mode.clone()));
                decoder
            }
        };
        decoder.set_file(self.file);
        let decoded = decoder.decode(&mut records.finish(), seen);
        self.decoder = Some((columns, decoder));
        Ok(decoded?)
    }
}
