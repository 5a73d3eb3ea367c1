//! A chunk -> batches of good rows, rejects for the others, and counts of both.
//!
//! Rows are processed in pages small enough for the cache: split, then parsed column by column into buffers that last
//! for a whole batch. Every declared column is judged, projected or not, so that every query rejects the same rows. At
//! the end of a batch, duplicates and rows after the event limit are removed.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, RecordBatchOptions},
    compute::FilterBuilder,
    datatypes::SchemaRef,
    error::ArrowError,
};
use memchr::memchr_iter;

use super::{
    cells::{CellFault, ColumnBuffer, Job, Page, unclean_places},
    chunk::{Chunk, ChunkFault},
    contract::{Contract, FromFile, value_hash},
    decoded::{Amount, Decoded, Watch, Watched},
    dedup::{FirstSeen, row_hash},
    header::Layout,
    plan::Plan,
    readable::Readable,
    reject::{Fault, RAW_LIMIT, Reject, Rule, WHOLE_LIMIT},
    split::{FaultKind, RowTable, Tokenizer, unquote, without_return},
};

/// Rows that are split before they are parsed: about 100 KB of text, and the table of its cells.
const PAGE_ROWS: usize = 1024;
/// Added to the reason for an unclosed quote if values contain no line breaks.
const ON_ITS_LINE: &str = " on its line (newlines_in_values: true allows line breaks in values)";

/// Decodes chunks of files with one layout. It keeps its buffers, so use one decoder for many chunks.
#[derive(Debug)]
pub struct Decoder {
    plan: Arc<Plan>,
    layout: Arc<Layout>,
    projection: Vec<usize>,
    schema: SchemaRef,
    columns: Vec<ColumnBuffer>,
    /// The columns needed at the end of a batch.
    kept: Vec<bool>,
    table: RowTable,
    faults: Vec<CellFault>,
    /// For each row in the batch so far, whether it breaks no rule.
    good: Vec<bool>,
    /// Hashes of the good rows.
    hashes: Vec<u128>,
    first: Vec<bool>,
    products: Vec<Option<i128>>,
    scratch: Vec<u8>,
    canonical: Vec<u8>,
    contract: Option<Arc<Contract>>,
    file: FromFile,
    /// Rows of the batch that mark their key as deleted.
    deleted: Vec<bool>,
    watch: Option<Watch>,
}

impl Decoder {
    /// A decoder that delivers the declared columns `projection`, in that order. Fails if a column does not exist.
    pub fn new(plan: Arc<Plan>, layout: Arc<Layout>, projection: &[usize]) -> Result<Self, ArrowError> {
        let schema = Arc::new(plan.schema().project(projection)?);
        let options = &plan.options;
        let contract = options.contract.clone();
        let asked = contract.as_ref().map(|contract| contract.columns()).unwrap_or_default();
        let needed = |i: &usize| options.event_time == Some(*i) || options.amount.contains(i) || asked.contains(i);
        let columns: Vec<ColumnBuffer> =
            plan.rules.iter().enumerate().map(|(i, rules)| ColumnBuffer::new(rules, needed(&i))).collect();
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
            contract,
            file: FromFile::default(),
            deleted: Vec::new(),
            watch: None,
            plan,
            layout,
        })
    }

    /// The schema of the batches.
    #[cfg(test)]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Sets the file that the next chunks come from.
    pub fn set_file(&mut self, file: FromFile) {
        self.file = file;
    }

    /// Collects the rows with these values.
    pub fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Decodes a chunk. With `seen`, duplicates of earlier good rows are left out.
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
        // The sort is stable, so the faults of one row keep their order.
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
        let unclean = unclean_places(data);
        let mut tokenizer = Tokenizer::new(plan.dialect().of_splitter(), self.layout.width, data);
        self.start_batch();
        while !tokenizer.is_done(data) {
            let room = (batch_size - self.good.len()).min(PAGE_ROWS);
            let mut table = std::mem::take(&mut self.table);
            tokenizer.fill(data, room, &mut table);
            // Counted where records are found, not summed from the outcomes: that the two agree is checked later.
            out.rows_read += (table.len() + table.faults.len()) as u64;
            for fault in &table.faults {
                let record = &data[fault.start..fault.end];
                out.rejects.push(self.record_reject(chunk, fault.start, record, fault.kind));
            }
            self.read_page(data, &table, &unclean);
            self.hold_to_contract(table.len());
            let versioned = self.contract.as_ref().is_some_and(|contract| contract.versioned);
            let hash = seen.is_some() || versioned || self.watch.is_some();
            self.judge_page(chunk, &table, hash, &mut out.rejects);
            self.enter_page(chunk, &table, &mut out);
            self.table = table;
            if self.good.len() >= batch_size {
                self.finish_batch(seen, &mut out)?;
            }
        }
        self.finish_batch(seen, &mut out)?;
        out.rejects.sort_by_key(|reject| reject.byte_offset);
        number_lines(chunk, &mut out.rejects);
        out.rows_rejected = out.rejects.len() as u64;
        Ok(out)
    }

    /// The latest value of a date or timestamp column in a chunk, in its own unit. No other column is read, so rows
    /// that are rejected for another column count too.
    pub fn latest_of(&mut self, column: usize, chunk: &Chunk) -> Option<i64> {
        let mut max = None;
        self.each_of(column, chunk, |cells, _| max = max.max(latest(cells, |_| true)));
        max
    }

    /// Hashes of the values of a column in a chunk. No other column is read.
    pub fn hashes_of(&mut self, column: usize, chunk: &Chunk) -> Vec<u128> {
        let mut hashes = Vec::new();
        self.each_of(column, chunk, |cells, rows| {
            hashes.extend((0..rows).filter_map(|row| value_hash(std::slice::from_ref(cells), 0, row)));
        });
        hashes
    }

    fn each_of(&mut self, column: usize, chunk: &Chunk, mut found: impl FnMut(&ColumnBuffer, usize)) {
        let Some(place) = self.layout.places[column].filter(|_| chunk.fault.is_none()) else { return };
        let readable = Readable::new(chunk, self.plan.dialect());
        let data = readable.as_ref().map_or(chunk, |readable| &readable.chunk).data.as_slice();
        let plan = Arc::clone(&self.plan);
        let mut tokenizer = Tokenizer::new(plan.dialect().of_splitter(), self.layout.width, data);
        let unclean = unclean_places(data);
        self.start_batch();
        while !tokenizer.is_done(data) {
            tokenizer.fill(data, PAGE_ROWS, &mut self.table);
            let page = Page { data, table: &self.table, quote: plan.dialect().quote, first_row: 0, unclean: &unclean };
            let job = Job { column, place, required: false };
            let cells = &mut self.columns[column];
            cells.read(&plan.rules[column], page, job, true, &mut self.scratch, &mut self.faults);
            found(cells, self.table.len());
            cells.clear();
            self.faults.clear();
        }
    }

    fn start_batch(&mut self) {
        self.good.clear();
        self.hashes.clear();
        self.deleted.clear();
        self.faults.clear();
        self.columns.iter_mut().for_each(ColumnBuffer::clear);
    }

    /// Parses all columns of a page.
    fn read_page(&mut self, data: &[u8], table: &RowTable, unclean: &[usize]) {
        let quote = self.plan.dialect().quote;
        let page = Page { data, table, quote, first_row: self.good.len(), unclean };
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

    /// Creates rejects for a page's faulty rows, and hashes for the others.
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
                let hash = row_hash(data, row, table.quotes, &self.layout, dialect, canonical, scratch);
                self.hashes.push(self.contract.as_ref().map_or(hash, |contract| contract.row_hash(hash, self.file)));
            }
        }
    }

    /// Allows missing values in rows that mark their key as deleted, and checks values that another source must
    /// contain.
    fn hold_to_contract(&mut self, rows: usize) {
        let Some(contract) = self.contract.clone() else { return };
        let first = self.good.len();
        let columns = self.columns.as_slice();
        if let Some(rule) = &contract.deleted {
            self.deleted.extend((first..first + rows).map(|row| contract.is_deleted(columns, row)));
            self.faults.retain(|fault| !self.deleted[fault.row] || rule.judged.contains(&fault.column));
        }
        for row in (first..first + rows).filter(|row| !self.deleted.get(*row).copied().unwrap_or(false)) {
            for reference in contract.rejected_for(columns, row) {
                self.faults.push(CellFault { row, column: reference.column, rule: Rule::References });
            }
        }
    }

    /// Records a page's good rows, including duplicates, in the contract.
    fn enter_page(&mut self, chunk: &Chunk, table: &RowTable, out: &mut Decoded) {
        let Some(contract) = self.contract.clone().filter(|c| c.judges_good_rows() || self.watch.is_some()) else {
            return;
        };
        let first = self.good.len() - table.len();
        let mut hashes = self.hashes.iter().skip(self.good[..first].iter().filter(|good| **good).count());
        for (at, cells) in table.rows().enumerate().filter(|(at, _)| self.good[first + at]) {
            let hash = hashes.next().copied().unwrap_or_default();
            let row = first + at;
            let line = || chunk.line_at(cells[0] as usize);
            if let Some(watch) = &self.watch {
                let value = contract.uniques.get(watch.unique).and_then(|u| u.hash(self.columns.as_slice(), row));
                let value = value.filter(|value| watch.values.contains(value));
                out.watched.extend(value.map(|value| Watched { line: line(), value, row: hash }));
            } else if !self.deleted.get(row).copied().unwrap_or(false) {
                out.rows_late += u64::from(contract.enter(self.columns.as_slice(), row, self.file, &line));
            }
        }
    }

    /// The facts that decide which version of a key is the latest, one cell per row of the batch.
    fn row_hashes(&self, good: &[bool]) -> Vec<ArrayRef> {
        let Some(contract) = self.contract.as_ref().filter(|contract| contract.versioned) else { return Vec::new() };
        let columns = self.columns.as_slice();
        let day = |row: usize| contract.delivery_day(columns, row, self.file).map(|day| day.to_epoch_days());
        let mut hashes = self.hashes.iter();
        let hash = good.iter().map(|good| if *good { hashes.next().map(|hash| *hash as i64) } else { None });
        let gone = (0..good.len()).map(|row| Some(self.deleted.get(row).copied().unwrap_or(false)));
        vec![
            Arc::new((0..good.len()).map(day).collect::<Date32Array>()),
            Arc::new(gone.collect::<BooleanArray>()),
            Arc::new(hash.collect::<Int64Array>()),
            Arc::new(Int64Array::from(vec![self.file.number as i64; good.len()])),
        ]
    }

    /// Counts the batch's rows and delivers the ones that are wanted.
    fn finish_batch(&mut self, seen: Option<&dyn FirstSeen>, out: &mut Decoded) -> Result<(), ArrowError> {
        let rows = self.good.len();
        if rows == 0 {
            return Ok(());
        }
        let plan = Arc::clone(&self.plan);
        let mut deliver = std::mem::take(&mut self.good);
        let versions = self.row_hashes(&deliver);
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
        if let (Some(column), Some(limit)) = (plan.options.event_time, plan.options.event_limit) {
            for row in after(&self.columns[column], limit) {
                out.rows_after_limit += u64::from(deliver[row]);
                deliver[row] = false;
            }
        }
        if let Some(contract) = &self.contract {
            let late = |row: &usize| contract.is_after_limits(self.columns.as_slice(), *row);
            for row in (0..if contract.limits.is_empty() { 0 } else { rows }).filter(late) {
                out.rows_after_limit += u64::from(deliver[row]);
                deliver[row] = false;
            }
            if self.watch.is_none() {
                contract.enter_distinct(self.columns.as_slice(), &deliver);
            }
        }
        if let Some(column) = plan.options.event_time {
            out.max_event = out.max_event.max(latest(&self.columns[column], |row| deliver[row]));
        }
        self.deliver(&deliver, &versions, out)?;
        self.good = deliver;
        self.start_batch();
        Ok(())
    }

    fn deliver(&mut self, deliver: &[bool], versions: &[ArrayRef], out: &mut Decoded) -> Result<(), ArrowError> {
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
            let array = match column.checked_sub(self.columns.len()) {
                Some(hidden) => Arc::clone(&versions[hidden]),
                None => self.columns[*column].finish(&self.plan.rules[*column])?,
            };
            arrays.push(match &filter {
                Some(filter) => filter.filter(&array)?,
                None => array,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        out.batches.push(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?);
        Ok(())
    }

    /// The control total's product for each row of the batch; `None` if a cell is missing.
    fn multiply(&mut self, rows: usize) {
        self.products.clear();
        if self.plan.options.amount.is_empty() {
            return;
        }
        self.products.resize(rows, Some(1));
        for column in &self.plan.options.amount {
            let absent = match &self.columns[*column] {
                ColumnBuffer::Int(cells) => {
                    multiply_by(&mut self.products, cells.values.iter().map(|v| i128::from(*v)));
                    &cells.absent
                }
                ColumnBuffer::Decimal(cells) => {
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
            FaultKind::UnclosedQuote => {
                let lines = if self.plan.dialect().newlines_in_values { "" } else { ON_ITS_LINE };
                (Rule::UnclosedQuote, format!("a quote opens and is not closed where a field ends{lines}"))
            }
        };
        let byte_offset = chunk.byte_offset + start as u64;
        // If the end of a record is unknown, no more is kept than the chunker keeps.
        let is_open = chunk.fault.is_some() || kind == FaultKind::RecordSize;
        let limit = if is_open { RAW_LIMIT } else { WHOLE_LIMIT };
        let faults = vec![Fault { column: None, rule, reason }];
        Reject::new(chunk.first_line, byte_offset, faults, record, limit)
    }

    fn cell_reject(&self, chunk: &Chunk, row: &[u32], faults: &[CellFault]) -> Reject {
        let plan = &self.plan;
        let mut scratch = Vec::new();
        let mut found = Vec::with_capacity(faults.len());
        for fault in faults {
            // A column that the file lacks has no cell that could be faulty.
            let Some(place) = self.layout.places[fault.column] else { continue };
            let spec = &plan.columns[fault.column];
            let cell = &chunk.data[row[place] as usize..row[place + 1] as usize - 1];
            let text = unquote(cell, plan.dialect().quote, &mut scratch);
            let reason = plan.rules[fault.column].explain(spec, fault.rule, text);
            found.push(Fault { column: Some(Arc::clone(&plan.names[fault.column])), rule: fault.rule, reason });
        }
        let record = &chunk.data[row[0] as usize..row[self.layout.width] as usize - 1];
        Reject::new(chunk.first_line, chunk.byte_offset + u64::from(row[0]), found, record, WHOLE_LIMIT)
    }
}

fn multiply_by(products: &mut [Option<i128>], values: impl Iterator<Item = i128>) {
    for (product, value) in products.iter_mut().zip(values) {
        let Some(left) = *product else { continue };
        *product = Some(match (i64::try_from(left), i64::try_from(value)) {
            // The common case, without the overflow check of 128-bit multiplication.
            (Ok(left), Ok(value)) => i128::from(left) * i128::from(value),
            _ => left.saturating_mul(value),
        });
    }
}

/// The latest event among the wanted rows.
fn latest(cells: &ColumnBuffer, wanted: impl Fn(usize) -> bool) -> Option<i64> {
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
        ColumnBuffer::Date(cells) => of(&cells.values, &cells.absent, wanted),
        ColumnBuffer::Timestamp(cells) => of(&cells.values, &cells.absent, wanted),
        _ => None,
    }
}

/// The rows whose event is after the limit.
fn after(cells: &ColumnBuffer, limit: i64) -> Vec<usize> {
    fn of<V: Copy + Into<i64>>(values: &[V], absent: &[usize], limit: i64) -> Vec<usize> {
        let later = values.iter().enumerate().filter(|(_, value)| Into::<i64>::into(**value) > limit);
        later.map(|(row, _)| row).filter(|row| absent.binary_search(row).is_err()).collect()
    }
    match cells {
        ColumnBuffer::Date(cells) => of(&cells.values, &cells.absent, limit),
        ColumnBuffer::Timestamp(cells) => of(&cells.values, &cells.absent, limit),
        _ => Vec::new(),
    }
}

/// Sets the line numbers of rejects, which are in file order.
fn number_lines(chunk: &Chunk, rejects: &mut [Reject]) {
    let (mut at, mut line) = (0, chunk.first_line);
    for reject in rejects {
        let start = (reject.byte_offset - chunk.byte_offset) as usize;
        line += memchr_iter(b'\n', &chunk.data[at..start]).count() as u64;
        at = start;
        reject.line = line;
    }
}
