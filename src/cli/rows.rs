//! Writes rows as a table for people, or as CSV, JSON lines or Parquet for programs: to stdout, or to a file that only
//! its owner can read and that appears under its name once it is complete.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use arrow::json::writer::LineDelimited;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow::util::pretty::pretty_format_batches;
use clap::{Args, ValueEnum};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::look::RowSink;

/// A format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RowFormat {
    /// Aligned columns with their types, for people.
    Table,
    /// Comma-separated values with a header; null is nothing, and an empty text is "".
    Csv,
    /// One JSON object per line.
    Json,
    /// A Parquet file.
    Parquet,
}

#[derive(Debug, Args)]
pub(super) struct RowOutput {
    /// Format of the rows.
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    pub(super) format: RowFormat,
    /// Write the rows to this file, which only its owner can read [default: stdout]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl RowOutput {
    /// What writes the rows, of a table no more than `most`.
    ///
    /// # Errors
    /// A file that cannot be created, or Parquet for a terminal.
    pub(super) fn open(&self, most: Option<usize>) -> Result<RowWriter, Failure> {
        if self.format == RowFormat::Parquet && self.output.is_none() && std::io::stdout().is_terminal() {
            let problem = Problem::new("Parquet is not text, and this is a terminal");
            return Err(Failure::Usage(vec![problem.hint("write it to a file with --output")]));
        }
        let draft = self.output.as_deref().map(Draft::create).transpose()?;
        Ok(RowWriter { format: self.format, draft, most, rows: Rows::Waiting })
    }
}

/// Writes the rows of one answer.
pub(super) struct RowWriter {
    format: RowFormat,
    draft: Option<Draft>,
    most: Option<usize>,
    rows: Rows,
}

type Out = Box<dyn Write + Send>;

/// The rows so far.
enum Rows {
    /// The columns are not known yet.
    Waiting,
    /// Rows of a table, whose widths only the last row settles.
    Table(Vec<RecordBatch>, Out),
    Csv(Out),
    Json(Out),
    Parquet(Box<ArrowWriter<Out>>),
}

impl RowSink for RowWriter {
    fn accepts(&self, schema: &SchemaRef) -> Result<(), Problem> {
        let mut names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
        match (self.format, twice) {
            (RowFormat::Table | RowFormat::Csv, _) | (_, None) => Ok(()),
            (RowFormat::Json | RowFormat::Parquet, Some(twice)) => {
                let problem = Problem::new(format!("the column `{}` comes out twice", twice[0]));
                Err(problem.hint("readers of this format find columns by name: name each once, with `as`"))
            }
        }
    }

    fn start(&mut self, schema: &SchemaRef) -> Result<(), Failure> {
        let mut out: Out = match &self.draft {
            Some(draft) => Box::new(BufWriter::new(draft.file.try_clone()?)),
            None => Box::new(BufWriter::new(std::io::stdout())),
        };
        self.rows = match self.format {
            RowFormat::Table => Rows::Table(vec![RecordBatch::new_empty(Arc::clone(schema))], out),
            RowFormat::Csv => {
                let mut header = String::new();
                let names = schema.fields().iter().map(|field| Some(field.name().as_str()));
                record(&mut header, names);
                out.write_all(header.as_bytes())?;
                Rows::Csv(out)
            }
            RowFormat::Json => Rows::Json(out),
            RowFormat::Parquet => {
                let level = ZstdLevel::try_new(1).map_err(parquet_failed)?;
                let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
                let writer = ArrowWriter::try_new(out, Arc::clone(schema), Some(properties));
                Rows::Parquet(Box::new(writer.map_err(parquet_failed)?))
            }
        };
        Ok(())
    }

    fn rows(&mut self, rows: &RecordBatch) -> Result<(), Failure> {
        match &mut self.rows {
            Rows::Waiting => Ok(()),
            Rows::Table(batches, _) => {
                batches.push(rows.clone());
                Ok(())
            }
            Rows::Csv(out) => Ok(out.write_all(csv(rows).map_err(arrow_failed)?.as_bytes())?),
            Rows::Json(out) => Ok(out.write_all(&json(rows).map_err(arrow_failed)?)?),
            Rows::Parquet(writer) => writer.write(rows).map_err(parquet_failed),
        }
    }
}

impl RowWriter {
    /// Writes what is left, and gives a file its name. Returns the number of rows written if there are more.
    ///
    /// # Errors
    /// An output that cannot be written.
    pub(super) fn finish(self) -> Result<Option<usize>, Failure> {
        let mut is_cut = false;
        match self.rows {
            Rows::Waiting => {}
            Rows::Table(mut batches, mut out) => {
                is_cut = self.most.is_some_and(|most| cut(&mut batches, most));
                writeln!(out, "{}", table(&batches).map_err(arrow_failed)?)?;
                out.flush()?;
            }
            Rows::Csv(mut out) | Rows::Json(mut out) => out.flush()?,
            Rows::Parquet(writer) => writer.into_inner().map_err(parquet_failed)?.flush()?,
        }
        self.draft.map_or(Ok(()), Draft::publish)?;
        Ok(self.most.filter(|_| is_cut))
    }
}

/// Removes all rows after the first ones; returns whether there were more.
fn cut(batches: &mut [RecordBatch], most: usize) -> bool {
    let (mut left, mut is_cut) = (most, false);
    for batch in batches {
        is_cut |= batch.num_rows() > left;
        *batch = batch.slice(0, batch.num_rows().min(left));
        left -= batch.num_rows();
    }
    is_cut
}

fn arrow_failed(error: ArrowError) -> Failure {
    Failure::engine(error.into(), "output")
}

/// A closed pipe is an error of the output, also below a Parquet writer.
fn parquet_failed(error: ParquetError) -> Failure {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(cause) => Failure::Output(*cause),
            Err(cause) => Failure::engine(ParquetError::External(cause).into(), "output"),
        },
        error => Failure::engine(error.into(), "output"),
    }
}

/// Rows as aligned columns: name and type above. A text cannot control the terminal.
fn table(batches: &[RecordBatch]) -> Result<String, ArrowError> {
    let with_types = batches.iter().map(|batch| {
        let schema = batch.schema();
        let fields = schema.fields().iter().map(|field| {
            Field::new(format!("{}\n{}", field.name(), type_name(field.data_type())), field.data_type().clone(), true)
        });
        RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<_>>())), batch.columns().to_vec())
    });
    let shown = pretty_format_batches(&with_types.collect::<Result<Vec<_>, _>>()?)?.to_string();
    let steers = |letter: char| letter.is_control() && letter != '\n';
    if !shown.contains(steers) {
        return Ok(shown);
    }
    let escape = |letter: char| if steers(letter) { letter.escape_default().to_string() } else { letter.to_string() };
    Ok(shown.chars().map(escape).collect())
}

/// A type as a pipeline file writes it, where it can.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".to_owned(),
        DataType::Int64 => "int".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Date32 => "date".to_owned(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if zone.as_ref() == "UTC" => "timestamp".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Float64 => "float".to_owned(),
        DataType::List(item) => format!("list of {}", type_name(item.data_type())),
        other => other.to_string(),
    }
}

/// Rows as records.
fn csv(rows: &RecordBatch) -> Result<String, ArrowError> {
    let options = FormatOptions::default();
    let columns = rows.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    // A column may be null without a bit for it, such as that of `select null`.
    let nulls: Vec<_> = rows.columns().iter().map(|column| column.logical_nulls()).collect();
    let mut text = String::new();
    let mut cell = String::new();
    for row in 0..rows.num_rows() {
        for (at, (column, nulls)) in columns.iter().zip(&nulls).enumerate() {
            if at > 0 {
                text.push(',');
            }
            if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                cell.clear();
                column.value(row).write(&mut cell)?;
                push_field(&mut text, &cell);
            }
        }
        text.push('\n');
    }
    Ok(text)
}

/// One record of texts.
fn record<'a>(text: &mut String, cells: impl Iterator<Item = Option<&'a str>>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        cell.into_iter().for_each(|cell| push_field(text, cell));
    }
    text.push('\n');
}

/// A field that is not null: in quotes if it would otherwise be read as null or as several.
fn push_field(text: &mut String, cell: &str) {
    if cell.is_empty() || cell.contains([',', '"', '\n', '\r']) {
        // Writing to a text cannot fail.
        let _ = write!(text, "\"{}\"", cell.replace('"', "\"\""));
    } else {
        text.push_str(cell);
    }
}

/// Rows as lines of JSON. A null is written, so that every line has every column.
fn json(rows: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let builder = arrow::json::WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, LineDelimited>(Vec::new());
    writer.write(rows)?;
    writer.finish()?;
    Ok(writer.into_inner())
}

/// A file beside the one to be written, which takes its name once it is complete.
struct Draft {
    file: File,
    draft: PathBuf,
    path: PathBuf,
    is_published: bool,
}

impl Draft {
    fn create(path: &Path) -> Result<Self, Failure> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft);
        let file = file.map_err(|error| output_failed(path, &error))?;
        Ok(Self { file, draft, path: path.to_owned(), is_published: false })
    }

    fn publish(mut self) -> Result<(), Failure> {
        let renamed = self.file.sync_all().and_then(|()| std::fs::rename(&self.draft, &self.path));
        renamed.map_err(|error| output_failed(&self.path, &error))?;
        self.is_published = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_published {
            // The answer failed: half of it would pass for all of it.
            let _ = std::fs::remove_file(&self.draft);
        }
    }
}

fn output_failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Output(std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Decimal128Array, Float64Array, StringArray};

    use super::*;

    fn rows() -> RecordBatch {
        let texts = StringArray::from(vec![Some("a,\"b\"\nc"), Some(""), None, Some("\u{1b}[31m")]);
        let amounts = Decimal128Array::from(vec![Some(10), None, Some(-123_456_789_012_345_678_901), Some(0)]);
        let amounts = amounts.with_precision_and_scale(38, 2).unwrap();
        let shares = Float64Array::from(vec![Some(0.1), Some(f64::NAN), None, Some(-0.0)]);
        let columns =
            [("text", Arc::new(texts) as ArrayRef), ("amount", Arc::new(amounts)), ("share", Arc::new(shares))];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    #[test]
    fn csv_separates_null_from_empty_and_keeps_every_digit() {
        let text = csv(&rows()).unwrap();
        let expected = "\"a,\"\"b\"\"\nc\",0.10,0.1\n\"\",,NaN\n,-1234567890123456789.01,\n\u{1b}[31m,0.00,-0.0\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_column_of_nothing_but_nulls_is_null() {
        let nothing = Arc::new(arrow::array::NullArray::new(2)) as ArrayRef;
        let empty = Arc::new(StringArray::from(vec!["", ""])) as ArrayRef;
        let rows = RecordBatch::try_from_iter([("nothing", nothing), ("empty", empty)]).unwrap();
        assert_eq!(csv(&rows).unwrap(), ",\"\"\n,\"\"\n");
    }

    #[test]
    fn json_has_every_column_on_every_line() {
        let text = String::from_utf8(json(&rows()).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], r#"{"text":"","amount":null,"share":null}"#);
        assert!(lines[2].contains(r#""amount":-1234567890123456789.01"#), "{}", lines[2]);
    }

    #[test]
    fn a_table_shows_types_and_cannot_control_the_terminal() {
        let shown = table(&[rows()]).unwrap();
        assert!(shown.contains("| string") && shown.contains("| decimal(38,2)"), "{shown}");
        assert!(!shown.contains('\u{1b}') && shown.contains(r"\u{1b}[31m"), "{shown}");
    }
}
