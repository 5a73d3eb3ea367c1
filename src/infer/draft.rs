//! The block to be written: its declarations, and comments with their evidence.

use super::record_types::RecordTypes;
use crate::config::{Compression, NamesFrom};
use crate::source::ColumnType;

/// The draft of a source.
#[derive(Debug, Clone, Default)]
pub(super) struct SourceDraft {
    pub(super) name: String,
    pub(super) comments: Vec<String>,
    pub(super) path: String,
    pub(super) format: FormatDraft,
    pub(super) compression: Option<Compression>,
    /// The members of zip archives, if not all are read.
    pub(super) members: Option<String>,
    pub(super) values: Values,
    pub(super) event_time: Option<(String, String)>,
    pub(super) key: Vec<String>,
    pub(super) key_comment: String,
    pub(super) delivery: Option<DeliveryDraft>,
    pub(super) max_rejected: Option<String>,
    pub(super) columns: Vec<ColumnDraft>,
    /// The rows that the extract reader rejected, as text.
    pub(super) rejects: Vec<String>,
    /// Columns with faults of the reader.
    pub(super) faulty: Vec<usize>,
    /// Records that the block would leave out.
    pub(super) lost: u64,
    /// What somebody must decide before the block may be used.
    pub(super) undecided: Vec<String>,
}

/// The format of a source's files.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FormatDraft {
    Csv(CsvDraft),
    JsonLines,
    Json { records: Option<String> },
    Parquet,
    Xlsx(XlsxDraft),
}

/// The format of a workbook; defaults are not written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct XlsxDraft {
    pub(super) sheet: String,
    pub(super) header: bool,
    pub(super) header_row: Option<u32>,
    /// If there are several, with the ones that name the columns.
    pub(super) header_lines: Option<(u32, NamesFrom)>,
    pub(super) first_row: Option<u32>,
}

impl Default for FormatDraft {
    fn default() -> Self {
        Self::Csv(CsvDraft::default())
    }
}

/// The format of a CSV file; defaults are not written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CsvDraft {
    pub(super) delimiter: char,
    pub(super) quote: Option<char>,
    pub(super) escape: Option<EscapeDraft>,
    pub(super) line_ends: Option<&'static str>,
    pub(super) comment: Option<char>,
    pub(super) header: bool,
    /// If there are several, with the ones that name the columns.
    pub(super) header_lines: Option<(u32, NamesFrom)>,
    pub(super) skip_lines: u32,
    /// Patterns of lines that are not records.
    pub(super) ignore_lines: Vec<String>,
    /// The type of the records, if there are several, and the types that no source reads.
    pub(super) record_type: Option<(RecordTypes, Vec<String>)>,
    pub(super) missing_fields: bool,
    pub(super) trailing_delimiters: bool,
    pub(super) encoding: &'static str,
    pub(super) newlines_in_values: bool,
}

impl Default for CsvDraft {
    fn default() -> Self {
        Self {
            delimiter: ',',
            quote: Some('"'),
            escape: None,
            line_ends: None,
            comment: None,
            header: true,
            header_lines: None,
            skip_lines: 0,
            ignore_lines: Vec::new(),
            record_type: None,
            missing_fields: false,
            trailing_delimiters: false,
            encoding: "utf-8",
            newlines_in_values: false,
        }
    }
}

/// The escape of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EscapeDraft {
    Sign(char),
    /// The rules of a database.
    Database(&'static str),
}

/// The delivery of a source's files.
#[derive(Debug, Clone)]
pub(super) struct DeliveryDraft {
    pub(super) mode: &'static str,
    pub(super) date_in_name: String,
    pub(super) comment: String,
}

/// The draft of a column.
#[derive(Debug, Clone)]
pub(super) struct ColumnDraft {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) ty: ColumnType,
    pub(super) required: bool,
    pub(super) optional: bool,
    pub(super) personal: bool,
    pub(super) values: Values,
    pub(super) comments: Vec<String>,
}

/// The form of values; defaults are not written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Values {
    pub(super) null_words: Vec<String>,
    pub(super) decimal_sign: Option<char>,
    pub(super) thousands_signs: Vec<char>,
    pub(super) currency_signs: Vec<String>,
    pub(super) date_formats: Vec<String>,
    pub(super) timestamp_formats: Vec<String>,
    /// The rule for years of two digits, if a format has them.
    pub(super) two_digit_years: Option<String>,
    pub(super) months: Vec<&'static str>,
    pub(super) true_words: Vec<String>,
    pub(super) false_words: Vec<String>,
    pub(super) negative: Vec<&'static str>,
    pub(super) zero_words: Vec<String>,
    pub(super) round: Option<u8>,
    pub(super) time_zone: Option<&'static str>,
}

/// A possible declaration of a column.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) ty: ColumnType,
    pub(super) values: Values,
    /// What it is, for a comment.
    pub(super) what: String,
    /// What the cells leave open: then the column stays text, with this question.
    pub(super) open: Option<String>,
}

impl SourceDraft {
    /// Moves settings that all affected columns share from the columns to the source.
    pub(super) fn gather(&mut self) {
        let concerns = |wanted: fn(ColumnType) -> bool| {
            let fitting = self.columns.iter().enumerate().filter(|(_, column)| wanted(column.ty));
            fitting.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let (numbers, dates, stamps, bools) = (
            concerns(|ty| matches!(ty, ColumnType::Decimal { .. } | ColumnType::Int)),
            concerns(|ty| ty == ColumnType::Date),
            concerns(|ty| ty == ColumnType::Timestamp),
            concerns(|ty| ty == ColumnType::Bool),
        );
        let decimals = concerns(|ty| matches!(ty, ColumnType::Decimal { .. }));
        // A column without signs between groups or currency signs is read the same with them; for the other keys, an
        // omitted value has a meaning.
        self.raise(&decimals, true, |values| &mut values.decimal_sign);
        self.raise(&numbers, false, |values| &mut values.thousands_signs);
        self.raise(&numbers, false, |values| &mut values.currency_signs);
        self.raise(&dates, true, |values| &mut values.date_formats);
        self.raise(&stamps, true, |values| &mut values.timestamp_formats);
        self.raise(&bools, true, |values| &mut values.true_words);
        self.raise(&bools, true, |values| &mut values.false_words);
        // An int with signs between its groups was read with the same decimal sign.
        if let Some(sign) = self.values.decimal_sign {
            let ints = numbers.iter().filter(|at| self.columns[**at].values.decimal_sign == Some(sign)).copied();
            ints.collect::<Vec<_>>().into_iter().for_each(|at| self.columns[at].values.decimal_sign = None);
        }
    }

    fn raise<T: Default + PartialEq + Clone>(
        &mut self,
        concerned: &[usize],
        silence_counts: bool,
        key: impl Fn(&mut Values) -> &mut T,
    ) {
        let said: Vec<T> = concerned.iter().map(|at| key(&mut self.columns[*at].values).clone()).collect();
        let mut spoken = said.iter().filter(|value| **value != T::default());
        let (Some(first), Some(_)) = (spoken.next(), spoken.next()) else { return };
        let agreed = said.iter().all(|value| value == first || (!silence_counts && *value == T::default()));
        if !agreed {
            return;
        }
        *key(&mut self.values) = first.clone();
        for at in concerned {
            *key(&mut self.columns[*at].values) = T::default();
        }
    }
}
