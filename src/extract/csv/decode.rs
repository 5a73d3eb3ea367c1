//! A chunk -> batches of good rows, rejects for the others, and the counts of both.
//!
//! Rows go through in pages small enough for the cache: split, then parsed column by column into buffers that last for a
//! whole batch. Every declared column is judged, projected or not, so that the same rows are rejected whatever is asked
//! for. At a batch's end duplicates and rows after the event limit are taken out.

use std::sync::Arc;

use arrow::{
    array::{BooleanArray, RecordBatch, RecordBatchOptions},
    compute::FilterBuilder,
    datatypes::SchemaRef,
    error::ArrowError,
};
use memchr::{memchr, memchr_iter};

use super::{
    cells::{CellFault, Column, Job, Page},
    chunk::{Chunk, ChunkFault},
    dedup::{FirstSeen, row_hash},
    header::Layout,
    plan::Plan,
    readable::Readable,
    reject::{Reject, Rule, raw_text},
    split::{FaultKind, RowTable, Tokenizer, unquote, without_return},
};

/// Rows that are split before they are parsed: some 100 KB of text, and the table of its cells.
const PAGE_ROWS: usize = 1024;

/// A control total: a whole number at the plan's [`amount_scale`](Plan::amount_scale).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// The sum.
    pub value: i128,
    /// Whether it grew beyond 128 bits somewhere, so that `value` is a limit and not the sum.
    pub saturated: bool,
}

impl Amount {
    /// Adds another sum.
    pub fn add(&mut self, other: Self) {
        self.saturated |= other.saturated;
        self.value = self.value.checked_add(other.value).unwrap_or_else(|| {
            self.saturated = true;
            self.value.saturating_add(other.value)
        });
    }
}

/// What became of a chunk. `rows_read` = `rows_loaded` + `rows_rejected` + `rows_duplicate`.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The rows to deliver: those loaded without those after the event limit.
    pub batches: Vec<RecordBatch>,
    /// The rows rejected, in the file's order.
    pub rejects: Vec<Reject>,
    /// Records in the chunk; blank lines are none.
    pub rows_read: u64,
    /// Good rows, those after the event limit included.
    pub rows_loaded: u64,
    /// Rows that break a rule.
    pub rows_rejected: u64,
    /// Good rows that were seen before.
    pub rows_duplicate: u64,
    /// Rows loaded whose event lies after the limit.
    pub rows_after_limit: u64,
    /// The control total of all rows in which its cells can be read.
    pub amount_read: Amount,
    /// The control total of the rows loaded.
    pub amount_loaded: Amount,
    /// The latest event among the rows loaded, in the column's own unit.
    pub max_event: Option<i64>,
}

/// Decodes chunks of files with one layout. Keeps its buffers, so that one decoder should decode many chunks.
#[derive(Debug)]
pub struct Decoder {
    plan: Arc<Plan>,
    layout: Arc<Layout>,
    projection: Vec<usize>,
    schema: SchemaRef,
    columns: Vec<Column>,
    /// Which columns are needed at the end of a batch.
    kept: Vec<bool>,
    table: RowTable,
    faults: Vec<CellFault>,
    /// Rows in the batch so far, and which of them break no rule.
    good: Vec<bool>,
    /// Of the good rows.
    hashes: Vec<u128>,
    first: Vec<bool>,
    products: Vec<Option<i128>>,
    scratch: Vec<u8>,
    canonical: Vec<u8>,
}

impl Decoder {
    /// A decoder that delivers the declared columns `projection`, in that order. Fails if there is no such column.
    pub fn new(plan: Arc<Plan>, layout: Arc<Layout>, projection: &[usize]) -> Result<Self, ArrowError> {
        let schema = Arc::new(plan.schema().project(projection)?);
        let options = &plan.options;
        let needed = |i: &usize| options.event_time == Some(*i) || options.amount.contains(i);
        let columns: Vec<Column> =
            plan.rules.iter().enumerate().map(|(i, rules)| Column::new(rules, needed(&i))).collect();
        let kept = (0..columns.len()).map(|i| needed(&i) || projection.contains(&i)).collect();
        Ok(Self {
            projection: projection.to_vec(),
            schema,
            columns,
            kept,
            table: RowTable::default(),
            faults: Vec::new(),
            good: Vec::new(),
            hashes: Vec::new(),
            first: Vec::new(),
            products: Vec::new(),
            scratch: Vec::new(),
            canonical: Vec::new(),
            plan,
            layout,
        })
    }

    /// The schema of the batches.
    #[cfg(test)]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Decodes a chunk. With `seen`, good rows that were seen before are left out.
    pub fn decode(&mut self, chunk: &Chunk, seen: Option<&dyn FirstSeen>) -> Result<Decoded, ArrowError> {
        let Some(readable) = Readable::new(chunk, self.plan.dialect()) else {
            return self.decode_readable(chunk, seen);
        };
        let mut out = self.decode_readable(&readable.chunk, seen)?;
        readable.place_back(&mut out.rejects);
        for fault in readable.faults() {
            let (byte_offset, line) = readable.place(fault);
            let reject = self.record_reject(&readable.chunk, 0, readable.record(fault), fault.kind);
            out.rejects.push(Reject { byte_offset, line, ..reject });
            out.rows_read += 1;
            out.rows_rejected += 1;
        }
        // Stable: the faults of one row keep their order.
        out.rejects.sort_by_key(|reject| reject.byte_offset);
        Ok(out)
    }

    fn decode_readable(&mut self, chunk: &Chunk, seen: Option<&dyn FirstSeen>) -> Result<Decoded, ArrowError> {
        let mut out = Decoded::default();
        if let Some(fault) = chunk.fault {
            let kind = match fault {
                ChunkFault::RecordSize => FaultKind::RecordSize,
                ChunkFault::UnclosedQuote => FaultKind::UnclosedQuote,
            };
            let line = chunk.data.strip_suffix(b"\n").unwrap_or(&chunk.data);
            out.rejects.push(self.record_reject(chunk, 0, without_return(line), kind));
            (out.rows_read, out.rows_rejected) = (1, 1);
            return Ok(out);
        }
        let data = chunk.data.as_slice();
        let plan = Arc::clone(&self.plan);
        let batch_size = plan.options.batch_size.max(1);
        let clean_text = memchr(0, data).is_none() && simdutf8::basic::from_utf8(data).is_ok();
        let mut tokenizer = Tokenizer::new(plan.dialect().of_splitter(), self.layout.width, data);
        self.start_batch();
        while !tokenizer.is_done(data) {
            let room = (batch_size - self.good.len()).min(PAGE_ROWS);
            let mut table = std::mem::take(&mut self.table);
            tokenizer.fill(data, room, &mut table);
            for fault in &table.faults {
                let record = &data[fault.start..fault.end];
                out.rejects.push(self.record_reject(chunk, fault.start, record, fault.kind));
            }
            self.read_page(data, &table, clean_text);
            self.judge_page(chunk, &table, seen.is_some(), &mut out.rejects);
            self.table = table;
            if self.good.len() >= batch_size {
                self.finish_batch(seen, &mut out)?;
            }
        }
        self.finish_batch(seen, &mut out)?;
        out.rejects.sort_by_key(|reject| reject.byte_offset);
        number_lines(chunk, &mut out.rejects);
        out.rows_rejected = out.rejects.len() as u64;
        out.rows_read = out.rows_loaded + out.rows_duplicate + out.rows_rejected;
        Ok(out)
    }

    /// The latest event in a chunk, in the column's own unit; reads no other column, so that rows which are rejected for
    /// another column's sake count too.
    pub fn max_event(&mut self, chunk: &Chunk) -> Option<i64> {
        let column = self.plan.options.event_time.filter(|_| chunk.fault.is_none())?;
        let place = self.layout.places[column]?;
        let readable = Readable::new(chunk, self.plan.dialect());
        let data = readable.as_ref().map_or(chunk, |readable| &readable.chunk).data.as_slice();
        let plan = Arc::clone(&self.plan);
        let mut tokenizer = Tokenizer::new(plan.dialect().of_splitter(), self.layout.width, data);
        let mut max = None;
        self.start_batch();
        while !tokenizer.is_done(data) {
            tokenizer.fill(data, PAGE_ROWS, &mut self.table);
            let page = Page { data, table: &self.table, quote: plan.dialect().quote, first_row: 0, clean_text: true };
            let job = Job { column, place, required: false };
            let cells = &mut self.columns[column];
            cells.read(&plan.rules[column], page, job, true, &mut self.scratch, &mut self.faults);
            max = max.max(latest(cells, |_| true));
            cells.clear();
            self.faults.clear();
        }
        max
    }

    fn start_batch(&mut self) {
        self.good.clear();
        self.hashes.clear();
        self.faults.clear();
        self.columns.iter_mut().for_each(Column::clear);
    }

    /// Parses all columns of a page.
    fn read_page(&mut self, data: &[u8], table: &RowTable, clean_text: bool) {
        let quote = self.plan.dialect().quote;
        let page = Page { data, table, quote, first_row: self.good.len(), clean_text };
        let rules = self.plan.rules.iter().zip(&self.plan.columns).zip(&self.layout.places);
        for (column, ((rules, spec), place)) in rules.enumerate() {
            let keep = self.kept[column];
            let Some(place) = *place else {
                if keep {
                    self.columns[column].push_empty(table.len());
                }
                continue;
            };
            let job = Job { column, place, required: spec.required };
            self.columns[column].read(rules, page, job, keep, &mut self.scratch, &mut self.faults);
        }
    }

    /// Makes rejects of a page's faulty rows, and hashes of the others.
    fn judge_page(&mut self, chunk: &Chunk, table: &RowTable, hash: bool, rejects: &mut Vec<Reject>) {
        let data = chunk.data.as_slice();
        let first_row = self.good.len();
        self.good.resize(first_row + table.len(), true);
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_unstable();
        for of_row in faults.chunk_by(|a, b| a.row == b.row) {
            self.good[of_row[0].row] = false;
            if let Some(row) = table.rows().nth(of_row[0].row - first_row) {
                rejects.push(self.cell_reject(chunk, row, of_row));
            }
        }
        faults.clear();
        self.faults = faults;
        if !hash {
            return;
        }
        let dialect = self.plan.dialect();
        for (row, good) in table.rows().zip(&self.good[first_row..]) {
            if *good {
                let (canonical, scratch) = (&mut self.canonical, &mut self.scratch);
                self.hashes.push(row_hash(data, row, table.quotes, &self.layout, dialect, canonical, scratch));
            }
        }
    }

    /// Counts the batch's rows and delivers those that are to be delivered.
    fn finish_batch(&mut self, seen: Option<&dyn FirstSeen>, out: &mut Decoded) -> Result<(), ArrowError> {
        let rows = self.good.len();
        if rows == 0 {
            return Ok(());
        }
        let plan = Arc::clone(&self.plan);
        let mut deliver = std::mem::take(&mut self.good);
        self.multiply(rows);
        for product in self.products.iter().flatten() {
            out.amount_read.add(Amount { value: *product, saturated: false });
        }
        if let Some(seen) = seen {
            self.first.clear();
            seen.first_seen(&self.hashes, &mut self.first);
            let mut first = self.first.iter();
            for row in deliver.iter_mut().filter(|good| **good) {
                *row = first.next().copied().unwrap_or(true);
                out.rows_duplicate += u64::from(!*row);
            }
        }
        out.rows_loaded += deliver.iter().filter(|loaded| **loaded).count() as u64;
        for (product, _) in self.products.iter().zip(&deliver).filter(|(_, loaded)| **loaded) {
            out.amount_loaded.add(Amount { value: product.unwrap_or(0), saturated: false });
        }
        if let Some(column) = plan.options.event_time {
            let cells = &self.columns[column];
            out.max_event = out.max_event.max(latest(cells, |row| deliver[row]));
            if let Some(limit) = plan.options.event_limit {
                for row in after(cells, limit) {
                    out.rows_after_limit += u64::from(deliver[row]);
                    deliver[row] = false;
                }
            }
        }
        self.deliver(&deliver, out)?;
        self.good = deliver;
        self.start_batch();
        Ok(())
    }

    fn deliver(&mut self, deliver: &[bool], out: &mut Decoded) -> Result<(), ArrowError> {
        let count = deliver.iter().filter(|row| **row).count();
        if count == 0 {
            return Ok(());
        }
        let filter = (count < deliver.len())
            .then(|| FilterBuilder::new(&BooleanArray::from(deliver.to_vec())).optimize().build());
        let mut arrays = Vec::with_capacity(self.projection.len());
        for (i, column) in self.projection.iter().enumerate() {
            if let Some(earlier) = self.projection[..i].iter().position(|c| c == column) {
                arrays.push(Arc::clone(&arrays[earlier]));
                continue;
            }
            let array = self.columns[*column].finish(&self.plan.rules[*column])?;
            arrays.push(match &filter {
                Some(filter) => filter.filter(&array)?,
                None => array,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        out.batches.push(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?);
        Ok(())
    }

    /// The control total's product for each row of the batch; `None` where a cell is missing.
    fn multiply(&mut self, rows: usize) {
        self.products.clear();
        if self.plan.options.amount.is_empty() {
            return;
        }
        self.products.resize(rows, Some(1));
        for column in &self.plan.options.amount {
            let absent = match &self.columns[*column] {
                Column::Int(cells) => {
                    multiply_by(&mut self.products, cells.values.iter().map(|v| i128::from(*v)));
                    &cells.absent
                }
                Column::Decimal(cells) => {
                    multiply_by(&mut self.products, cells.values.iter().copied());
                    &cells.absent
                }
                _ => continue,
            };
            for row in absent {
                self.products[*row] = None;
            }
        }
    }

    fn record_reject(&self, chunk: &Chunk, start: usize, record: &[u8], kind: FaultKind) -> Reject {
        let max_record = self.plan.dialect().max_record;
        let (rule, reason) = match kind {
            FaultKind::FieldCount { found } => {
                (Rule::FieldCount, format!("expected {} fields, found {found}", self.layout.width))
            }
            FaultKind::RecordSize => (Rule::RecordSize, format!("the record is longer than {max_record} bytes")),
            FaultKind::UnclosedQuote => (Rule::UnclosedQuote, "a quote opens and is not closed".to_owned()),
        };
        let byte_offset = chunk.byte_offset + start as u64;
        Reject { line: chunk.first_line, byte_offset, column: None, rule, reason, raw: raw_text(record) }
    }

    fn cell_reject(&self, chunk: &Chunk, row: &[u32], faults: &[CellFault]) -> Reject {
        let plan = &self.plan;
        let mut scratch = Vec::new();
        let mut reasons = Vec::with_capacity(faults.len());
        for fault in faults {
            // A column that the file does not have has no cell that could be at fault.
            let Some(place) = self.layout.places[fault.column] else { continue };
            let spec = &plan.columns[fault.column];
            let cell = &chunk.data[row[place] as usize..row[place + 1] as usize - 1];
            let text = unquote(cell, plan.dialect().quote, &mut scratch);
            let what = plan.rules[fault.column].explain(spec, fault.rule, text);
            reasons.push(format!("{}: {what}", spec.name));
        }
        let record = &chunk.data[row[0] as usize..row[self.layout.width] as usize - 1];
        Reject {
            line: chunk.first_line,
            byte_offset: chunk.byte_offset + u64::from(row[0]),
            column: Some(plan.columns[faults[0].column].name.clone()),
            rule: faults[0].rule,
            reason: reasons.join("; "),
            raw: raw_text(record),
        }
    }
}

fn multiply_by(products: &mut [Option<i128>], values: impl Iterator<Item = i128>) {
    for (product, value) in products.iter_mut().zip(values) {
        let Some(left) = *product else { continue };
        *product = Some(match (i64::try_from(left), i64::try_from(value)) {
            // The common case, without the check that 128-bit multiplication needs.
            (Ok(left), Ok(value)) => i128::from(left) * i128::from(value),
            _ => left.saturating_mul(value),
        });
    }
}

/// The latest event among the rows asked for.
fn latest(cells: &Column, wanted: impl Fn(usize) -> bool) -> Option<i64> {
    fn of<V: Copy + Into<i64>>(values: &[V], absent: &[usize], wanted: impl Fn(usize) -> bool) -> Option<i64> {
        let mut absent = absent.iter().peekable();
        let mut max = None;
        for (row, value) in values.iter().enumerate() {
            if absent.next_if(|next| **next == row).is_none() && wanted(row) {
                max = max.max(Some((*value).into()));
            }
        }
        max
    }
    match cells {
        Column::Date(cells) => of(&cells.values, &cells.absent, wanted),
        Column::Timestamp(cells) => of(&cells.values, &cells.absent, wanted),
        _ => None,
    }
}

/// The rows with an event after the limit.
fn after(cells: &Column, limit: i64) -> Vec<usize> {
    fn of<V: Copy + Into<i64>>(values: &[V], absent: &[usize], limit: i64) -> Vec<usize> {
        let later = values.iter().enumerate().filter(|(_, value)| Into::<i64>::into(**value) > limit);
        later.map(|(row, _)| row).filter(|row| absent.binary_search(row).is_err()).collect()
    }
    match cells {
        Column::Date(cells) => of(&cells.values, &cells.absent, limit),
        Column::Timestamp(cells) => of(&cells.values, &cells.absent, limit),
        _ => Vec::new(),
    }
}

/// Gives rejects, in the order of their place, their line numbers.
fn number_lines(chunk: &Chunk, rejects: &mut [Reject]) {
    let (mut at, mut line) = (0, chunk.first_line);
    for reject in rejects {
        let start = (reject.byte_offset - chunk.byte_offset) as usize;
        line += memchr_iter(b'\n', &chunk.data[at..start]).count() as u64;
        at = start;
        reject.line = line;
    }
}
