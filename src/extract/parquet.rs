//! Parquet extracts: row groups are the units of work, columns are cast to their declared types, and the same rules
//! hold as for text. A row's place is its number in the file.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, RecordBatch, RecordBatchOptions, Scalar, StringArray,
    TimestampMicrosecondArray, new_null_array,
};
use arrow::compute::kernels::cmp::{eq, gt, lt, neq};
use arrow::compute::{CastOptions, and_not, cast_with_options, filter, is_null, not, or, prep_null_mask_filter};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int64Type, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType,
};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use xxhash_rust::xxh3::xxh3_128;

use super::column::{ColumnSpec, ColumnType};
use super::csv::{Amount, Decoded, Fault, FirstSeen, LocalTime, Reject, Rule};
use super::scan::Scan;
use crate::store::Stored;

/// Rows per batch.
const BATCH_ROWS: usize = 8192;

/// One row group of one file.
#[derive(Debug, Clone)]
pub(super) struct RowGroup {
    /// Number of the file.
    pub(super) file: usize,
    /// Where it is.
    pub(super) stored: Stored,
    /// Number of the group in the file.
    pub(super) number: usize,
    /// Rows in it.
    pub(super) rows: usize,
    /// Number of its first row in the file, from 1.
    pub(super) first_row: u64,
}

/// Names of a file's columns, and its row groups.
pub(super) fn inspect(file: usize, stored: &Stored) -> Result<(Vec<String>, Vec<RowGroup>), ArrowError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(stored.clone())?;
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut first_row = 1;
    let mut groups = Vec::new();
    for (number, group) in builder.metadata().row_groups().iter().enumerate() {
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        groups.push(RowGroup { file, stored: stored.clone(), number, rows, first_row });
        first_row += rows as u64;
    }
    Ok((names, groups))
}

/// Decodes row groups of one source.
pub(super) struct ParquetDecoder {
    columns: Vec<ColumnSpec>,
    schema: SchemaRef,
    projection: Vec<usize>,
    local_time: Arc<LocalTime>,
    event_time: Option<usize>,
    event_limit: Option<i64>,
    amount: Vec<usize>,
}

impl ParquetDecoder {
    pub(super) fn new(scan: &Scan, projection: &[usize]) -> Self {
        let columns = scan.plan.columns().to_vec();
        let fields: Vec<_> = columns.iter().map(|spec| spec.field().with_nullable(true)).collect();
        Self {
            columns,
            schema: Arc::new(Schema::new(fields)),
            projection: projection.to_vec(),
            local_time: Arc::clone(scan.plan.local_time()),
            event_time: scan.source.event_time,
            event_limit: scan.plan.event_limit(),
            amount: scan.source.amount.clone(),
        }
    }

    pub(super) fn decode(&mut self, group: &RowGroup, seen: Option<&dyn FirstSeen>) -> Result<Decoded, ArrowError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(group.stored.clone())?;
        let names = self.columns.iter().map(|spec| spec.name.as_str());
        let mask = ProjectionMask::columns(builder.parquet_schema(), names);
        let reader = builder.with_row_groups(vec![group.number]).with_projection(mask).with_batch_size(BATCH_ROWS);
        let mut out = Decoded::default();
        let mut row = group.first_row;
        for batch in reader.build()? {
            let batch = batch?;
            self.decode_batch(&batch, row, seen, &mut out)?;
            row += batch.num_rows() as u64;
        }
        Ok(out)
    }

    fn decode_batch(
        &self,
        raw: &RecordBatch,
        first_row: u64,
        seen: Option<&dyn FirstSeen>,
        out: &mut Decoded,
    ) -> Result<(), ArrowError> {
        let rows = raw.num_rows();
        let mut faults = Faults::default();
        let mut cells: Vec<ArrayRef> = Vec::with_capacity(self.columns.len());
        for spec in &self.columns {
            let column = match raw.column_by_name(&spec.name) {
                Some(column) => column,
                None if spec.optional => &new_null_array(&spec.ty.data_type(), rows),
                None => return Err(missing(&spec.name)),
            };
            let cell = self.cast(column, spec)?;
            faults.judge(spec, column, &cell)?;
            cells.push(cell);
        }
        let typed = RecordBatch::try_new(Arc::clone(&self.schema), cells)?;
        for of_row in faults.sorted().chunk_by(|a, b| a.0 == b.0) {
            let at = of_row[0].0;
            let line = first_row + at as u64;
            let faults = of_row.iter().map(|(_, fault)| fault.clone()).collect();
            out.rejects.push(Reject::of_cells(line, line, faults, &shown(raw, at)?));
        }
        out.rows_read += rows as u64;
        out.rows_rejected += faults.count() as u64;
        self.amounts(&typed, None, &mut out.amount_read)?;
        let mut keep = BooleanArray::from((0..rows).map(|row| !faults.has(row)).collect::<Vec<_>>());
        if let Some(seen) = seen {
            keep = self.first_seen(&typed, &keep, seen, out)?;
        }
        out.rows_loaded += keep.true_count() as u64;
        self.amounts(&typed, Some(&keep), &mut out.amount_loaded)?;
        keep = self.until_limit(&typed, keep, out)?;
        let cells = self.projection.iter().map(|index| filter(typed.column(*index), &keep));
        let fields: Vec<_> = self.projection.iter().map(|index| self.columns[*index].field()).collect();
        // The row count is said, as a query may need no column at all.
        let options = RecordBatchOptions::new().with_row_count(Some(keep.true_count()));
        let cells = cells.collect::<Result<_, _>>()?;
        out.batches.push(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), cells, &options)?);
        Ok(())
    }

    /// A column in its declared type. Cells that have no value there become null and are found at fault: text of
    /// another form, digits that would be lost, days outside the years that text extracts may have.
    fn cast(&self, column: &ArrayRef, spec: &ColumnSpec) -> Result<ArrayRef, ArrowError> {
        let options = CastOptions { safe: true, ..CastOptions::default() };
        let target = spec.ty.data_type();
        match spec.ty {
            ColumnType::Timestamp => {
                let has_zone = matches!(column.data_type(), DataType::Timestamp(_, Some(_)));
                let bare = DataType::Timestamp(TimeUnit::Microsecond, None);
                let wall = cast_with_options(column, if has_zone { &target } else { &bare }, &options)?;
                let wall = wall.as_primitive::<TimestampMicrosecondType>();
                let instants: TimestampMicrosecondArray = wall
                    .iter()
                    .map(|at| {
                        let at = at?;
                        if has_zone {
                            self.local_time.micros_to_utc(at).map(|_| at)
                        } else {
                            self.local_time.micros_to_utc(at)
                        }
                    })
                    .collect();
                Ok(Arc::new(instants.with_timezone("UTC")))
            }
            ColumnType::Date => {
                let days = cast_with_options(column, &target, &options)?;
                let days = days.as_primitive::<Date32Type>().iter();
                Ok(Arc::new(days.map(|day| day.filter(|day| self.local_time.covers(*day))).collect::<Date32Array>()))
            }
            ColumnType::Decimal { .. } | ColumnType::Int if column.data_type().is_numeric() => {
                let cells = cast_with_options(column, &target, &options)?;
                let back = cast_with_options(&cells, column.data_type(), &options)?;
                arrow::compute::nullif(&cells, &known_true(&neq(&back, column)?))
            }
            _ => cast_with_options(column, &target, &options),
        }
    }

    fn first_seen(
        &self,
        typed: &RecordBatch,
        good: &BooleanArray,
        seen: &dyn FirstSeen,
        out: &mut Decoded,
    ) -> Result<BooleanArray, ArrowError> {
        let fields = typed.schema().fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
        let rows = RowConverter::new(fields)?.convert_columns(typed.columns())?;
        let hashes: Vec<u128> =
            (0..typed.num_rows()).filter(|row| good.value(*row)).map(|row| xxh3_128(rows.row(row).as_ref())).collect();
        let mut first = Vec::with_capacity(hashes.len());
        seen.first_seen(&hashes, &mut first);
        out.rows_duplicate += first.iter().filter(|is_first| !**is_first).count() as u64;
        let mut first = first.into_iter();
        Ok(good.values().iter().map(|good| Some(good && first.next().unwrap_or(true))).collect())
    }

    fn until_limit(
        &self,
        typed: &RecordBatch,
        keep: BooleanArray,
        out: &mut Decoded,
    ) -> Result<BooleanArray, ArrowError> {
        let Some(index) = self.event_time else { return Ok(keep) };
        let column = typed.column(index);
        let kept = filter(column, &keep)?;
        let newest = match column.data_type() {
            DataType::Date32 => arrow::compute::max(kept.as_primitive::<Date32Type>()).map(i64::from),
            _ => arrow::compute::max(kept.as_primitive::<TimestampMicrosecondType>()),
        };
        out.max_event = out.max_event.max(newest);
        let Some(limit) = self.event_limit else { return Ok(keep) };
        let after = match column.data_type() {
            DataType::Date32 => {
                let day = i32::try_from(limit).unwrap_or(i32::MAX);
                gt(column, &Date32Array::new_scalar(day))?
            }
            _ => gt(column, &Scalar::new(TimestampMicrosecondArray::from(vec![limit]).with_timezone("UTC")))?,
        };
        let after = known_true(&after);
        let kept = and_not(&keep, &after)?;
        out.rows_after_limit += (keep.true_count() - kept.true_count()) as u64;
        Ok(kept)
    }

    fn amounts(&self, typed: &RecordBatch, keep: Option<&BooleanArray>, sum: &mut Amount) -> Result<(), ArrowError> {
        if self.amount.is_empty() {
            return Ok(());
        }
        for row in (0..typed.num_rows()).filter(|row| keep.is_none_or(|keep| keep.value(*row))) {
            let product = self.amount.iter().try_fold(1_i128, |product, index| {
                let column = typed.column(*index);
                if column.is_null(row) {
                    return None;
                }
                let value = match column.data_type() {
                    DataType::Int64 => i128::from(column.as_primitive::<Int64Type>().value(row)),
                    _ => column.as_primitive::<Decimal128Type>().value(row),
                };
                product.checked_mul(value)
            });
            if let Some(value) = product {
                sum.add(Amount { value, saturated: false });
            }
        }
        Ok(())
    }
}

fn missing(name: &str) -> ArrowError {
    ArrowError::SchemaError(format!("the column {name} is not in this file"))
}

/// Faulty cells of a batch.
#[derive(Default)]
struct Faults(Vec<(usize, Fault)>);

impl Faults {
    fn judge(&mut self, spec: &ColumnSpec, raw: &ArrayRef, cell: &ArrayRef) -> Result<(), ArrowError> {
        let lost = and_not(&is_null(cell)?, &is_null(raw)?)?;
        self.add(&lost, spec, Rule::Type, raw, &format!("is not a {}", spec.ty))?;
        if spec.required {
            self.add(&is_null(raw)?, spec, Rule::Required, raw, "is empty but required")?;
        }
        if let Some(min) = &spec.min {
            let below = lt(cell, &bound(min, spec)?)?;
            self.add(&below, spec, Rule::Range, raw, &format!("is below the minimum {min}"))?;
        }
        if let Some(max) = &spec.max {
            let above = gt(cell, &bound(max, spec)?)?;
            self.add(&above, spec, Rule::Range, raw, &format!("is above the maximum {max}"))?;
        }
        if let Some(accepted) = &spec.accepted_values {
            let mut known = BooleanArray::from(vec![false; cell.len()]);
            for value in accepted {
                known = or(&known, &eq(cell, &bound(value, spec)?)?)?;
            }
            self.add(
                &not(&known)?,
                spec,
                Rule::AcceptedValues,
                raw,
                &format!("is not one of {}", accepted.join(", ")),
            )?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        at: &BooleanArray,
        spec: &ColumnSpec,
        rule: Rule,
        raw: &ArrayRef,
        what: &str,
    ) -> Result<(), ArrowError> {
        let at = known_true(at);
        if at.true_count() == 0 {
            return Ok(());
        }
        let options = FormatOptions::default().with_display_error(true);
        let text = ArrayFormatter::try_new(raw, &options)?;
        for row in at.values().set_indices() {
            let value = if raw.is_null(row) { String::new() } else { format!("'{}' ", text.value(row)) };
            let column = Some(spec.name.as_str().into());
            self.0.push((row, Fault { column, rule, reason: format!("{value}{what}") }));
        }
        Ok(())
    }

    fn has(&self, row: usize) -> bool {
        self.0.iter().any(|fault| fault.0 == row)
    }

    /// By row, those of a row in the order of the columns.
    fn sorted(&self) -> Vec<(usize, Fault)> {
        let mut faults = self.0.clone();
        faults.sort_by_key(|fault| fault.0);
        faults
    }

    fn count(&self) -> usize {
        self.sorted().chunk_by(|a, b| a.0 == b.0).count()
    }
}

/// A mask in which null counts as false.
fn known_true(mask: &BooleanArray) -> BooleanArray {
    if mask.null_count() == 0 { mask.clone() } else { prep_null_mask_filter(mask) }
}

fn bound(text: &str, spec: &ColumnSpec) -> Result<Scalar<ArrayRef>, ArrowError> {
    let text: ArrayRef = Arc::new(StringArray::from(vec![text]));
    Ok(Scalar::new(arrow::compute::cast(&text, &spec.ty.data_type())?))
}

fn shown(raw: &RecordBatch, row: usize) -> Result<String, ArrowError> {
    let options = FormatOptions::default().with_display_error(true);
    let schema = raw.schema();
    let cells = schema.fields().iter().zip(raw.columns()).map(|(field, column)| {
        Ok(format!("{}={}", field.name(), ArrayFormatter::try_new(column, &options)?.value(row)))
    });
    Ok(cells.collect::<Result<Vec<_>, ArrowError>>()?.join(", "))
}
