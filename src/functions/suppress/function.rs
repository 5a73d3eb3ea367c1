//! `cell_suppression` as DataFusion sees it: signature, types, and one call per window partition.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{Documentation, PartitionEvaluator, Signature, Volatility, WindowUDFImpl};

use super::figure::{Figure, is_suppressed};
use super::rhythm::rhythms;
use super::table::Table;
use super::{FUNCTION, key_type};
use crate::functions::documentation;
use crate::functions::error::FunctionError;

const SYNTAX: &str = "(family, series, parent, period_months, month, responses, least, last_month)";

/// The kind of an argument.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    /// A list of text that identifies a series.
    Key,
    Whole,
}

/// Names and kinds of the arguments.
const ARGUMENTS: [(&str, Kind); 8] = [
    ("family", Kind::Text),
    ("series", Kind::Key),
    ("parent", Kind::Key),
    ("period_months", Kind::Whole),
    ("month", Kind::Whole),
    ("responses", Kind::Whole),
    ("least", Kind::Whole),
    ("last_month", Kind::Whole),
];

impl Kind {
    /// The type to which arguments are cast, if `found` is of this kind.
    fn target(self, found: &DataType) -> Option<DataType> {
        match (self, found) {
            (Self::Text, found) => (found.is_string() || found.is_null()).then_some(DataType::Utf8),
            (Self::Whole, found) => (found.is_integer() || found.is_null()).then_some(DataType::Int64),
            (Self::Key, DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _)) => {
                (item.data_type().is_string() || item.data_type().is_null()).then(key_type)
            }
            (Self::Key, found) => found.is_null().then(key_type),
        }
    }

    const fn wanted(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Key => "a list of text, such as make_array(level, item),",
            Self::Whole => "an integer",
        }
    }
}

/// The window function `cell_suppression`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CellSuppression {
    signature: Signature,
    documentation: Documentation,
}

impl Default for CellSuppression {
    fn default() -> Self {
        Self::new()
    }
}

impl CellSuppression {
    pub fn new() -> Self {
        // User-defined, because any width of integer and any kind of text is accepted, and the message for a wrong
        // type names the argument.
        Self {
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::cell_suppression(),
        }
    }
}

impl WindowUDFImpl for CellSuppression {
    fn name(&self) -> &str {
        FUNCTION
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        // A wrong type passes unchanged: `field` names the argument, while DataFusion would hide an error from here.
        let kinds = ARGUMENTS.iter().map(|(_, kind)| Some(kind)).chain(std::iter::repeat(None));
        let coerced = |(found, kind): (&DataType, Option<&Kind>)| {
            kind.and_then(|kind| kind.target(found)).unwrap_or_else(|| found.clone())
        };
        Ok(arg_types.iter().zip(kinds).map(coerced).collect())
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        let (function, found) = (FUNCTION, args.input_fields().len());
        if found != ARGUMENTS.len() {
            let expected = "eight arguments";
            return Err(FunctionError::ArgumentCount { function, expected, found, syntax: SYNTAX }.into());
        }
        for ((argument, kind), field) in ARGUMENTS.iter().zip(args.input_fields()) {
            if kind.target(field.data_type()).is_none() {
                let (wanted, found) = (kind.wanted(), field.data_type().clone());
                return Err(FunctionError::WrongArgument { function, argument, wanted, found }.into());
            }
        }
        // Never null, but nullable, as the column is in tables already published.
        Ok(Arc::new(Field::new(args.name(), DataType::Boolean, true)))
    }

    fn partition_evaluator(&self, _args: PartitionEvaluatorArgs) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Suppression))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Judges the figures of one partition.
#[derive(Debug)]
struct Suppression;

impl PartitionEvaluator for Suppression {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> Result<ArrayRef> {
        if num_rows == 0 {
            return Ok(Arc::new(BooleanArray::from(Vec::<bool>::new())));
        }
        let table = Table::read(values, num_rows)?;
        let rhythms = rhythms(&table.series, table.limits);
        let judge = |figure: &Figure| is_suppressed(*figure, &table.series[figure.series], &rhythms, table.limits);
        Ok(Arc::new(BooleanArray::from_iter(table.figures.iter().map(judge).map(Some))))
    }
}
