//! Parquet extracts: row groups are the units of work, columns are cast to their declared types, and the same rules
//! hold as for text. A row's place is its number in the file.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, RecordBatch, RecordBatchOptions, Scalar,
    StringArray, TimestampMicrosecondArray, new_null_array,
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
use super::csv::{Amount, Contract, Decoded, FirstSeen, FromFile, LocalTime, Reject, Rule, Watch, Watched};
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
    delivered: SchemaRef,
    contract: Option<Arc<Contract>>,
    file: FromFile,
    watch: Option<Watch>,
}

impl ParquetDecoder {
    /// A decoder that delivers the columns `projection`, in that order.
    pub(super) fn new(scan: &Scan, projection: &[usize]) -> Result<Self, ArrowError> {
        let columns = scan.plan.columns().to_vec();
        let fields: Vec<_> = columns.iter().map(|spec| spec.field().with_nullable(true)).collect();
        Ok(Self {
            columns,
            delivered: Arc::new(scan.plan.schema().project(projection)?),
            contract: scan.plan.contract().cloned(),
            file: FromFile::default(),
            watch: None,
            schema: Arc::new(Schema::new(fields)),
            projection: projection.to_vec(),
            local_time: Arc::clone(scan.plan.local_time()),
            event_time: scan.source.event_time,
            event_limit: scan.plan.event_limit(),
            amount: scan.source.amount.clone(),
        })
    }

    /// Says which file the next row groups come from.
    pub(super) fn from_file(&mut self, file: FromFile) {
        self.file = file;
    }

    /// Collects the rows that hold these values.
    pub(super) fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
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
        let deleted = self.hold_to_contract(&typed, raw, &mut faults)?;
        for (at, rule, column, reason) in faults.by_row() {
            let line = first_row + at as u64;
            out.rejects.push(Reject {
                line,
                byte_offset: line,
                column: Some(column),
                rule,
                reason,
                raw: shown(raw, at)?,
            });
        }
        out.rows_read += rows as u64;
        out.rows_rejected += faults.count() as u64;
        self.amounts(&typed, None, &mut out.amount_read)?;
        let mut keep = BooleanArray::from((0..rows).map(|row| !faults.has(row)).collect::<Vec<_>>());
        let hashes = self.hashes(&typed, seen.is_some())?;
        self.enter(&typed, &keep, &deleted, &hashes, first_row, out);
        if let Some(seen) = seen {
            keep = first_seen(&hashes, &keep, seen, out);
        }
        out.rows_loaded += keep.true_count() as u64;
        self.amounts(&typed, Some(&keep), &mut out.amount_loaded)?;
        keep = self.until_limit(&typed, keep, out)?;
        let versions = self.versions(&typed, &deleted, &hashes);
        let cells = self.projection.iter().map(|index| {
            filter(
                index.checked_sub(self.columns.len()).map_or_else(|| typed.column(*index), |at| &versions[at]),
                &keep,
            )
        });
        // The row count is said, as a query may need no column at all.
        let options = RecordBatchOptions::new().with_row_count(Some(keep.true_count()));
        let cells = cells.collect::<Result<_, _>>()?;
        out.batches.push(RecordBatch::try_new_with_options(Arc::clone(&self.delivered), cells, &options)?);
        Ok(())
    }

    /// Forgives rows that say their key is gone what they leave out, and finds values that another source must have.
    /// Returns which rows say so.
    fn hold_to_contract(
        &self,
        typed: &RecordBatch,
        raw: &RecordBatch,
        faults: &mut Faults,
    ) -> Result<Vec<bool>, ArrowError> {
        let Some(contract) = &self.contract else { return Ok(Vec::new()) };
        let deleted: Vec<bool> = (0..typed.num_rows()).map(|row| contract.is_deleted(typed, row)).collect();
        if let Some(rule) = &contract.deleted {
            let judged = |name: &str| rule.judged.iter().any(|index| self.columns[*index].name == name);
            faults.0.retain(|fault| !deleted[fault.0] || judged(&fault.2));
        }
        for row in (0..typed.num_rows()).filter(|row| !deleted[*row]) {
            for reference in contract.rejected_for(typed, row) {
                let spec = &self.columns[reference.column];
                let mut at = vec![false; typed.num_rows()];
                at[row] = true;
                let raw = raw.column_by_name(&spec.name).unwrap_or_else(|| typed.column(reference.column));
                let what = format!("is not in {}", reference.target);
                faults.add(&BooleanArray::from(at), spec, Rule::References, raw, &what)?;
            }
        }
        Ok(deleted)
    }

    /// Hashes of all rows, where somebody needs them.
    fn hashes(&self, typed: &RecordBatch, seen: bool) -> Result<Vec<u128>, ArrowError> {
        let versioned = self.contract.as_ref().is_some_and(|contract| contract.versioned);
        if !seen && !versioned && self.watch.is_none() {
            return Ok(Vec::new());
        }
        let fields = typed.schema().fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
        let rows = RowConverter::new(fields)?.convert_columns(typed.columns())?;
        let hash = rows.iter().map(|row| xxh3_128(row.as_ref()));
        Ok(match &self.contract {
            Some(contract) => hash.map(|hash| contract.row_hash(hash, self.file)).collect(),
            None => hash.collect(),
        })
    }

    /// Enters good rows into the contract, duplicates among them.
    fn enter(
        &self,
        typed: &RecordBatch,
        good: &BooleanArray,
        deleted: &[bool],
        hashes: &[u128],
        first_row: u64,
        out: &mut Decoded,
    ) {
        let Some(contract) = self.contract.as_ref().filter(|c| c.judges_good_rows() || self.watch.is_some()) else {
            return;
        };
        for row in good.values().set_indices() {
            let line = first_row + row as u64;
            if let Some(watch) = &self.watch {
                let value = contract.uniques.get(watch.unique).and_then(|unique| unique.hash(typed, row));
                let value = value.filter(|value| watch.values.contains(value));
                let hash = hashes.get(row).copied().unwrap_or_default();
                out.watched.extend(value.map(|value| Watched { line, value, row: hash }));
            } else if !deleted.get(row).copied().unwrap_or(false) {
                out.rows_late += u64::from(contract.enter(typed, row, self.file, &|| line));
            }
        }
    }

    /// What tells which version of a key is the latest.
    fn versions(&self, typed: &RecordBatch, deleted: &[bool], hashes: &[u128]) -> Vec<ArrayRef> {
        let Some(contract) = self.contract.as_ref().filter(|contract| contract.versioned) else { return Vec::new() };
        let rows = typed.num_rows();
        let day = |row: usize| contract.delivery_day(typed, row, self.file).map(|day| day.to_epoch_days());
        vec![
            Arc::new((0..rows).map(day).collect::<Date32Array>()),
            Arc::new(BooleanArray::from(deleted.to_vec())),
            Arc::new(hashes.iter().map(|hash| Some(*hash as i64)).collect::<Int64Array>()),
            Arc::new(Int64Array::from(vec![self.file.number as i64; rows])),
        ]
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

    fn until_limit(
        &self,
        typed: &RecordBatch,
        keep: BooleanArray,
        out: &mut Decoded,
    ) -> Result<BooleanArray, ArrowError> {
        let mut kept = keep.clone();
        if let (Some(index), Some(limit)) = (self.event_time, self.event_limit) {
            let column = typed.column(index);
            let after = match column.data_type() {
                DataType::Date32 => {
                    let day = i32::try_from(limit).unwrap_or(i32::MAX);
                    gt(column, &Date32Array::new_scalar(day))?
                }
                _ => gt(column, &Scalar::new(TimestampMicrosecondArray::from(vec![limit]).with_timezone("UTC")))?,
            };
            kept = and_not(&kept, &known_true(&after))?;
        }
        if let Some(contract) = self.contract.as_ref() {
            let counts = |row: usize| kept.value(row) && !contract.is_after_limits(typed, row);
            let counted: Vec<bool> = (0..typed.num_rows()).map(counts).collect();
            if self.watch.is_none() {
                contract.enter_distinct(typed, &counted);
            }
            kept = BooleanArray::from(counted);
        }
        if let Some(index) = self.event_time {
            let counted = filter(typed.column(index), &kept)?;
            let newest = match counted.data_type() {
                DataType::Date32 => arrow::compute::max(counted.as_primitive::<Date32Type>()).map(i64::from),
                _ => arrow::compute::max(counted.as_primitive::<TimestampMicrosecondType>()),
            };
            out.max_event = out.max_event.max(newest);
        }
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

fn first_seen(hashes: &[u128], good: &BooleanArray, seen: &dyn FirstSeen, out: &mut Decoded) -> BooleanArray {
    let hashes: Vec<u128> = good.values().set_indices().map(|row| hashes[row]).collect();
    let mut first = Vec::with_capacity(hashes.len());
    seen.first_seen(&hashes, &mut first);
    out.rows_duplicate += first.iter().filter(|is_first| !**is_first).count() as u64;
    let mut first = first.into_iter();
    good.values().iter().map(|good| Some(good && first.next().unwrap_or(true))).collect()
}

fn missing(name: &str) -> ArrowError {
    ArrowError::SchemaError(format!("the column {name} is not in this file"))
}

/// Faulty cells of a batch.
#[derive(Default)]
struct Faults(Vec<(usize, Rule, String, String)>);

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
            self.0.push((row, rule, spec.name.clone(), format!("{}: {value}{what}", spec.name)));
        }
        Ok(())
    }

    fn has(&self, row: usize) -> bool {
        self.0.iter().any(|fault| fault.0 == row)
    }

    /// One entry per row, all its faults in words, the first one's rule and column.
    fn by_row(&self) -> Vec<(usize, Rule, String, String)> {
        let mut faults = self.0.clone();
        faults.sort_by_key(|fault| fault.0);
        let mut rows: Vec<(usize, Rule, String, String)> = Vec::new();
        for fault in faults {
            match rows.last_mut().filter(|row| row.0 == fault.0) {
                Some(row) => row.3 = format!("{}; {}", row.3, fault.3),
                None => rows.push(fault),
            }
        }
        rows
    }

    fn count(&self) -> usize {
        self.by_row().len()
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
