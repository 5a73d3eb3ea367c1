//! Which records of a file are rows, where that is declared: lines left out by their text, record types, rows with fewer or
//! more fields than columns. Files without such a declaration never come here.

use super::split::without_return;
use crate::config::{CsvFormat, MissingFields, Scalar};
use crate::extract::formats::text::{Kind, Kinds, Patterns};
use crate::extract::frame::LeftOut;
use crate::source::OtherTypes;

/// The declaration of a source.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    pub(super) patterns: Patterns,
    kinds: Option<(KindColumn, Kinds)>,
    /// Missing fields at the end of a row are empty cells.
    pub(super) fills: bool,
    /// A row may end with empty fields beyond the columns.
    pub(super) trims: bool,
}

/// The column with the types of records.
#[derive(Clone, Debug)]
enum KindColumn {
    /// Counted from 0.
    Number(usize),
    Name(String),
}

impl Sieve {
    /// `None` in the result if nothing is declared, and outside it if a pattern is not a regular expression.
    pub(super) fn new(csv: &CsvFormat, others: &OtherTypes) -> Option<Option<Self>> {
        let patterns = Patterns::new(&csv.ignore_lines, csv.total_line.as_ref())?;
        let kinds = csv.record_type.as_ref().map(|record| {
            let column = match &record.column.value {
                Scalar::Int(number) => KindColumn::Number(usize::try_from(number - 1).unwrap_or(usize::MAX)),
                name => KindColumn::Name(name.to_string()),
            };
            let header = record.header.as_ref().map(|header| &header.value);
            (column, Kinds::new(&record.value.value, header, &record.ignore, others))
        });
        let fills = csv.missing_fields == MissingFields::Null;
        let sieve = Self { patterns, kinds, fills, trims: csv.trailing_delimiters };
        let is_needed = !sieve.patterns.is_empty() || sieve.kinds.is_some() || sieve.fills || sieve.trims;
        Some(is_needed.then_some(sieve))
    }

    /// The same for lines of an unknown file, none of which is left out for its text.
    pub(super) fn of_lines(&self) -> Self {
        let kinds = self.kinds.clone().filter(|(column, _)| matches!(column, KindColumn::Number(_)));
        Self { patterns: Patterns::default(), kinds, ..*self }
    }

    /// The same for a single record, which is not left out for its text.
    pub(super) fn of_record(&self) -> Self {
        Self { patterns: Patterns::default(), ..self.clone() }
    }

    /// Whether records of a type of their own name the columns.
    pub(super) fn has_header_type(&self) -> bool {
        self.kinds.as_ref().is_some_and(|(_, kinds)| kinds.have_header())
    }

    /// The place of the types in records of a file whose columns have these names.
    ///
    /// # Errors
    /// The declared name, if the file has no such column.
    pub(super) fn place(&self, names: &[String]) -> Result<Option<usize>, &str> {
        match &self.kinds {
            None => Ok(None),
            Some((KindColumn::Number(number), _)) => Ok(Some(*number)),
            Some((KindColumn::Name(name), _)) => {
                names.iter().position(|column| column == name).map(Some).ok_or(name.as_str())
            }
        }
    }

    /// Why a pattern leaves a line out; the line may end with a `\r`. A line beyond the limit for records is never left
    /// out: no pattern sees the whole of one that arrives in parts.
    pub(super) fn left_out(&self, line: &[u8], longest: usize) -> Option<LeftOut> {
        if line.len() <= longest { self.patterns.matching(without_return(line)) } else { None }
    }

    /// What a record with this type is.
    pub(super) fn kind(&self, kind: &[u8]) -> Kind {
        self.kinds.as_ref().map_or(Kind::Own, |(_, kinds)| kinds.of(kind))
    }
}

/// The declaration, for the records of one file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sifting<'a> {
    pub(super) sieve: &'a Sieve,
    /// Where the type of a record is.
    pub(super) place: Option<usize>,
    /// Columns of the file.
    pub(super) width: usize,
}
