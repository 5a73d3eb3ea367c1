//! Pages of cells -> batches of good rows, rejects for the others, and counts of both.
//!
//! Rows are processed in pages small enough for the cache, column by column, into buffers that last for a whole batch.
//! Every declared column is judged, projected or not, so that every query rejects the same rows. At the end of a batch,
//! duplicates and rows after the event limit are removed.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, RecordBatchOptions},
    compute::FilterBuilder,
    datatypes::SchemaRef,
    error::ArrowError,
};

mod changed;
mod found;
mod hashed;
mod noted;
mod summed;
mod tallied;
mod versioned;

use super::{
    alike::Compared,
    amount::Amount,
    arrays::take,
    cells::ColumnBuffer,
    decoded::{Decoded, Watch, Watched, Watching},
    fix::CellFix,
    from_file::FromFile,
    layout::Layout,
    likeness::Sample,
    measures::{after, latest, multiply},
    nested::{explain_nested, read_nested},
    notes::CellNote,
    promises::RowPromises,
    references::{Match, MatchCount, Part, short_hash},
    row_rules::RowRules,
    seen::{Seen, SeenRows},
    typed::{CellValue, TypedCells},
    values::{CellFault, Job},
    versions::{Held, Outcome, VersionMode},
};
use crate::extract::frame::{Cells, Fault, FileLines, Page, Pages, Reject, Rule};

/// Rows of a page: about 100 KB of text, and the table of its cells.
const PAGE_ROWS: usize = 1024;

/// Decodes pieces of files with one layout. It keeps its buffers, so use one decoder for many pieces.
#[derive(Debug)]
pub struct Decoder {
    rules: Arc<RowRules>,
    layout: Arc<Layout>,
    /// How rows are compared by declared columns alone, if they are in both ways and the file has others.
    declared: Option<Arc<Layout>>,
    projection: Vec<usize>,
    schema: SchemaRef,
    columns: Vec<ColumnBuffer>,
    /// The columns needed at the end of a batch.
    kept: Vec<bool>,
    faults: Vec<CellFault>,
    /// The page's cells that are read as another text, in the order of their rows.
    fixes: Vec<CellFix>,
    /// The page's cells with blanks at their ends: row and column.
    trimmed: Vec<(usize, usize)>,
    /// The page's cells with notes.
    notes: Vec<CellNote>,
    /// For each row in the batch so far, whether it breaks no rule.
    good: Vec<bool>,
    /// Hashes of the good rows; tags of their keys, if the source has one.
    hashes: Vec<u128>,
    /// Hashes of the good rows by declared columns, with `declared`.
    alike: Vec<u128>,
    /// Whether a row of the batch has anything undeclared.
    has_undeclared: bool,
    /// Tags of the groups of good rows.
    group_tags: Vec<u128>,
    /// How rows of a key are read; `None` while no key is known to have other rows.
    mode: Option<VersionMode>,
    /// Rows of noted keys.
    held: Vec<Held>,
    /// The outcomes of the good rows, of those whose key is noted.
    outcomes: Vec<Option<Outcome>>,
    /// Numbers of those good rows that have an empty cell in the key.
    without_key: Vec<u32>,
    seen: Vec<Seen>,
    alike_seen: Vec<Seen>,
    products: Vec<Option<i128>>,
    scratch: Vec<u8>,
    canonical: Vec<u8>,
    promises: Option<Arc<RowPromises>>,
    /// For each reference, what became of it in the rows of the batch.
    matches: Vec<Vec<Match>>,
    file: FromFile,
    /// Rows of the batch that mark their key as deleted.
    deleted: Vec<bool>,
    watch: Option<Watch>,
}

impl Decoder {
    /// A decoder that delivers the declared columns `projection`, in that order. Fails if a column does not exist.
    pub fn new(rules: Arc<RowRules>, layout: Arc<Layout>, projection: &[usize]) -> Result<Self, ArrowError> {
        let schema = Arc::new(rules.schema().project(projection)?);
        let options = &rules.options;
        let promises = options.promises.clone();
        let (layout, declared) = match promises.as_ref().map_or(Compared::All, |promises| promises.compared) {
            Compared::All => (layout, None),
            Compared::Declared => (Arc::new(layout.of_declared()), None),
            Compared::Both => {
                let declared = layout.has_undeclared().then(|| Arc::new(layout.of_declared()));
                (layout, declared)
            }
        };
        let asked = promises.as_ref().map(|promises| promises.columns()).unwrap_or_default();
        let is_added = |i: &usize| options.amount.contains(i) || options.totals.iter().flatten().any(|at| at == i);
        let needed = |i: &usize| options.event_time == Some(*i) || is_added(i) || asked.contains(i);
        let columns: Vec<ColumnBuffer> =
            rules.rules.iter().enumerate().map(|(i, rules)| ColumnBuffer::new(rules, needed(&i))).collect();
        let kept = (0..columns.len()).map(|i| needed(&i) || projection.contains(&i)).collect();
        Ok(Self {
            projection: projection.to_vec(),
            schema,
            columns,
            kept,
            faults: Vec::new(),
            fixes: Vec::new(),
            trimmed: Vec::new(),
            notes: Vec::new(),
            good: Vec::new(),
            hashes: Vec::new(),
            alike: Vec::new(),
            has_undeclared: false,
            group_tags: Vec::new(),
            mode: None,
            held: Vec::new(),
            outcomes: Vec::new(),
            without_key: Vec::new(),
            seen: Vec::new(),
            alike_seen: Vec::new(),
            products: Vec::new(),
            scratch: Vec::new(),
            canonical: Vec::new(),
            matches: vec![Vec::new(); promises.as_ref().map_or(0, |promises| promises.references.len())],
            promises,
            file: FromFile::default(),
            deleted: Vec::new(),
            watch: None,
            rules,
            layout,
            declared,
        })
    }

    /// The schema of the batches.
    #[cfg(test)]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Sets the file that the next pieces come from.
    pub fn set_file(&mut self, file: FromFile) {
        self.file = file;
    }

    /// Collects the rows with these values.
    pub fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Decodes the rows of a piece. With `seen`, duplicates of earlier good rows are left out.
    ///
    /// # Errors
    /// Cells that the format's reader cannot give, or a broken invariant.
    pub fn decode(&mut self, pages: &mut dyn Pages, seen: Option<&dyn SeenRows>) -> Result<Decoded, ArrowError> {
        let mut out = Decoded::default();
        let batch_size = self.rules.options.batch_size.max(1);
        let versioned = self.promises.as_ref().is_some_and(|promises| promises.versioned);
        let hash = seen.is_some() || versioned || self.watch.is_some() || self.mode.is_some();
        self.start_batch();
        loop {
            let before = out.rejects.len();
            let room = (batch_size - self.good.len()).min(PAGE_ROWS);
            let Some(rows) = pages.next_page(room, &mut out.rejects)? else { break };
            // Counted where records are found, not summed from the outcomes: that the two agree is checked later.
            out.rows_read += (rows + out.rejects.len() - before) as u64;
            self.read_page(&pages.page(), rows, hash)?;
            self.hold_to_promises(rows);
            out.rows_read -= self.reject_faulty(pages, rows, &mut out.rejects)?;
            self.enter_fixes(pages, rows, &mut out)?;
            self.enter_trimmed(pages, rows, &mut out)?;
            self.enter_notes(pages, rows, &mut out)?;
            self.match_references(pages, rows, &mut out);
            if hash {
                self.hash_page(pages, rows, &mut out);
            }
            self.enter_page(pages, rows, &mut out);
            if self.good.len() >= batch_size {
                self.finish_batch(seen, &mut out)?;
            }
        }
        self.finish_batch(seen, &mut out)?;
        // The sort is stable, so the faults of one row keep their order.
        out.rejects.sort_by_key(|reject| reject.byte_offset);
        out.rows_rejected = out.rejects.len() as u64;
        out.keys = pages.take_keys();
        out.lines = pages.take_lines().unwrap_or_else(|| FileLines::of_records(out.rows_read));
        out.notes = pages.take_notes();
        out.members =
            self.columns.iter_mut().enumerate().filter_map(|(at, column)| Some((at, column.take_members()?))).collect();
        Ok(out)
    }

    /// Hands over the cells of some columns of a piece: index among `wanted`, cells, number of rows, the page. No other column is
    /// read, so rows that are rejected for another column count too.
    fn each_of(
        &mut self,
        wanted: &[usize],
        pages: &mut dyn Pages,
        mut found: impl FnMut(usize, &ColumnBuffer, usize, &mut dyn Pages),
    ) -> Result<(), ArrowError> {
        self.start_batch();
        let mut rejects = Vec::new();
        while let Some(rows) = pages.next_page(PAGE_ROWS, &mut rejects)? {
            rejects.clear();
            for (number, column) in wanted.iter().enumerate() {
                let has_cells = self.read_column(&pages.page(), *column, rows, false, true)?;
                let cells = &mut self.columns[*column];
                if has_cells {
                    found(number, cells, rows, pages);
                }
                cells.clear();
                self.faults.clear();
                self.fixes.clear();
                self.trimmed.clear();
                self.notes.clear();
            }
        }
        Ok(())
    }

    /// The first row of a piece whose value in a date or timestamp column is after a limit: its line and the value.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn first_after(
        &mut self,
        column: usize,
        limit: i64,
        pages: &mut dyn Pages,
    ) -> Result<Option<(u64, i64)>, ArrowError> {
        let mut found = None;
        self.each_of(&[column], pages, |_, cells, rows, pages| {
            let value = |row: usize| cells.value(row).and_then(CellValue::in_time).filter(|value| *value > limit);
            if found.is_none() {
                found = (0..rows).find_map(|row| value(row).map(|value| (pages.line(row), value)));
            }
        })?;
        Ok(found)
    }

    /// Hashes of the values of a column in a piece, and a sample of the values.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn values_of(&mut self, column: usize, pages: &mut dyn Pages) -> Result<(Vec<u64>, Sample), ArrowError> {
        let (mut hashes, mut sample) = (Vec::new(), Sample::default());
        self.each_of(&[column], pages, |_, cells, rows, _| {
            for value in (0..rows).filter_map(|row| cells.value(row)) {
                hashes.push(short_hash(value));
                sample.add(value);
            }
        })?;
        Ok((hashes, sample))
    }

    fn start_batch(&mut self) {
        self.good.clear();
        self.hashes.clear();
        self.alike.clear();
        self.has_undeclared = false;
        self.group_tags.clear();
        self.held.clear();
        self.outcomes.clear();
        self.without_key.clear();
        self.deleted.clear();
        self.faults.clear();
        self.fixes.clear();
        self.trimmed.clear();
        self.notes.clear();
        self.matches.iter_mut().for_each(Vec::clear);
        self.columns.iter_mut().for_each(ColumnBuffer::clear);
    }

    /// Parses all columns of a page.
    fn read_page(&mut self, page: &Page<'_>, rows: usize, hash: bool) -> Result<(), ArrowError> {
        self.fixes.clear();
        self.trimmed.clear();
        self.notes.clear();
        // Rows that are not text are compared by the values of all columns, and so are versions.
        let keep_all = self.mode.is_some() || hash && matches!(page, Page::Arrays(_));
        for column in 0..self.columns.len() {
            let keep = self.kept[column] || keep_all;
            let required = self.rules.columns[column].required;
            if !self.read_column(page, column, rows, required, keep)? && keep {
                self.columns[column].push_empty(rows);
            }
        }
        Ok(())
    }

    /// Parses a column of a page; false if the file does not have it.
    fn read_column(
        &mut self,
        page: &Page<'_>,
        column: usize,
        rows: usize,
        required: bool,
        keep: bool,
    ) -> Result<bool, ArrowError> {
        let cells = match page {
            Page::Text(text) => match self.layout.places[column] {
                Some(place) => Cells::Text(*text, place),
                None => Cells::Absent,
            },
            Page::Arrays(arrays) => arrays.cells(column),
        };
        let job = Job { column, place: 0, required, first_row: self.good.len() };
        let (rules, buffer) = (&self.rules.rules[column], &mut self.columns[column]);
        let mut uncomputed = None;
        match cells {
            Cells::Absent => return Ok(false),
            Cells::Text(text, place) => {
                debug_assert_eq!(text.rows().len(), rows);
                buffer.read(rules, text, Job { place, ..job }, keep, &mut self.scratch, &mut self.faults)?;
                read_nested(buffer, rules, job, keep, &mut self.faults)?;
                buffer.take_fixes(&mut self.fixes);
                buffer.take_trimmed(column, &mut self.trimmed);
                uncomputed = Some((text, place)).filter(|_| !text.uncomputed.is_empty());
            }
            Cells::Array(array) => take(buffer, rules, array, job, keep, &mut self.faults)?,
        }
        buffer.take_notes(&mut self.notes);
        if let Some((text, place)) = uncomputed {
            self.note_uncomputed(text, Job { place, ..job });
        }
        Ok(true)
    }

    /// Allows missing values in rows that mark their key as deleted, and checks values that another source must
    /// contain.
    fn hold_to_promises(&mut self, rows: usize) {
        let Some(promises) = self.promises.clone() else { return };
        let first = self.good.len();
        let columns = self.columns.as_slice();
        if let Some(rule) = &promises.deleted {
            self.deleted.extend((first..first + rows).map(|row| promises.is_deleted(columns, row)));
            self.faults.retain(|fault| !self.deleted[fault.row] || rule.judged.contains(&fault.column));
        }
        for row in (first..first + rows).filter(|row| !self.deleted.get(*row).copied().unwrap_or(false)) {
            for reference in promises.rejected_for(columns, row) {
                self.faults.push(CellFault { row, column: reference.column, rule: Rule::References });
            }
        }
    }

    /// Creates rejects for a page's faulty rows. Returns how many of them turn out to be no records.
    fn reject_faulty(
        &mut self,
        pages: &mut dyn Pages,
        rows: usize,
        rejects: &mut Vec<Reject>,
    ) -> Result<u64, ArrowError> {
        let mut no_records = 0;
        let first_row = self.good.len();
        self.good.resize(first_row + rows, true);
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_unstable();
        for of_row in faults.chunk_by(|a, b| a.row == b.row) {
            self.good[of_row[0].row] = false;
            let row = of_row[0].row - first_row;
            let page = pages.page();
            let explained = of_row.iter().filter_map(|fault| self.explain(&page, row, fault).transpose());
            let explained = explained.collect::<Result<_, _>>()?;
            match pages.reject(row, explained)? {
                Some(reject) => rejects.push(reject),
                None => no_records += 1,
            }
        }
        faults.clear();
        self.faults = faults;
        Ok(no_records)
    }

    /// A fault in words. A column that the file lacks has no cell that could be faulty.
    fn explain(&self, page: &Page<'_>, row: usize, fault: &CellFault) -> Result<Option<Fault>, ArrowError> {
        let column = fault.column;
        let mut scratch = Vec::new();
        let Some(text) = self.shown(page, row, column, &mut scratch)? else { return Ok(None) };
        let rules = &self.rules.rules[column];
        let reason = explain_nested(rules, fault.rule, text)
            .unwrap_or_else(|| rules.explain(&self.rules.columns[column], fault.rule, text));
        Ok(Some(Fault { column: Some(Arc::clone(&self.rules.names[column])), rule: fault.rule, reason }))
    }

    /// A cell as the file has it, for messages; `None` if the file lacks the column.
    fn shown<'a>(
        &self,
        page: &Page<'a>,
        row: usize,
        column: usize,
        scratch: &'a mut Vec<u8>,
    ) -> Result<Option<&'a [u8]>, ArrowError> {
        Ok(match page {
            Page::Text(text) => self.layout.places[column].map(|place| text.text(text.cell(row, place), scratch)),
            Page::Arrays(arrays) => {
                arrays.show(column, row, scratch)?;
                Some(scratch)
            }
        })
    }

    /// Compares the references of a page's good rows.
    fn match_references(&mut self, pages: &mut dyn Pages, rows: usize, out: &mut Decoded) {
        let Some(promises) = self.promises.clone() else { return };
        out.references.resize_with(promises.references.len(), MatchCount::default);
        let first = self.good.len() - rows;
        let columns = self.columns.as_slice();
        let references = promises.references.iter().zip(&mut self.matches).zip(&mut out.references);
        for ((reference, matches), count) in references {
            for at in 0..rows {
                let row = first + at;
                let is_judged = self.good[row] && !self.deleted.get(row).copied().unwrap_or(false);
                let matched = if is_judged { reference.matched(columns, row) } else { Match::Empty };
                if matched == Match::Unmatched
                    && let Some(value) = columns.value(reference.column, row)
                {
                    count.note(value, || pages.line(at));
                }
                matches.push(matched);
            }
        }
    }

    /// Counts the batch's loaded rows by what became of their references.
    fn count_matches(&self, loaded: &[bool], out: &mut Decoded) {
        for (row, _) in loaded.iter().enumerate().filter(|(_, loaded)| **loaded) {
            let amount = self.products.get(row).copied().flatten().unwrap_or(0);
            let mut is_broken = false;
            for (matches, count) in self.matches.iter().zip(&mut out.references) {
                let Some(matched) = matches.get(row) else { continue };
                count.count(*matched, amount);
                is_broken |= *matched == Match::Unmatched;
            }
            let part = if is_broken { &mut out.unmatched } else { &mut out.matched };
            part.add(Part { rows: 1, amount: Amount { value: amount, saturated: false } });
        }
    }

    /// Records a page's good rows, including duplicates, in the promises.
    fn enter_page(&mut self, pages: &mut dyn Pages, rows: usize, out: &mut Decoded) {
        let Some(promises) = self.promises.clone().filter(|p| p.judges_good_rows() || self.watch.is_some()) else {
            return;
        };
        if self.is_collecting() {
            return;
        }
        let first = self.good.len() - rows;
        let good_before = self.good[..first].iter().filter(|good| **good).count();
        for (number, at) in (good_before..).zip((0..rows).filter(|at| self.good[first + at])) {
            let hash = self.hashes.get(number).copied().unwrap_or_default();
            let row = first + at;
            if let Some(watch) = &self.watch {
                let value = match watch.what {
                    Watching::Unique(unique) => {
                        let value = promises.uniques.get(unique).and_then(|u| u.hash(self.columns.as_slice(), row));
                        value.filter(|_| self.counts(number))
                    }
                    Watching::Rows => Some(hash).filter(|_| !self.is_ordered(number)),
                    Watching::Declared => Some(self.alike.get(number).copied().unwrap_or(hash)),
                };
                if let Some(value) = value.filter(|value| watch.values.contains(value)) {
                    let is_without_key = self.counts_by_delivery(number);
                    out.watched.push(Watched { line: pages.line(at), value, row: hash, is_without_key });
                }
            } else if !self.deleted.get(row).copied().unwrap_or(false) {
                let is_late = promises.enter(self.columns.as_slice(), row, self.file);
                out.rows_late += u64::from(is_late);
            }
        }
    }

    /// The facts that decide which version of a key is the latest, one cell per row of the batch.
    fn version_facts(&self, good: &[bool]) -> Vec<ArrayRef> {
        let Some(promises) = self.promises.as_ref().filter(|promises| promises.versioned) else { return Vec::new() };
        let columns = self.columns.as_slice();
        let day = |row: usize| promises.delivery_day(columns, row, self.file).map(|day| day.to_epoch_days());
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
    fn finish_batch(&mut self, seen: Option<&dyn SeenRows>, out: &mut Decoded) -> Result<(), ArrowError> {
        let rows = self.good.len();
        if rows == 0 {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let mut deliver = std::mem::take(&mut self.good);
        let versions = self.version_facts(&deliver);
        multiply(&self.columns, &rules.options.amount, rows, &mut self.products);
        for product in self.products.iter().flatten() {
            out.amount_read.add(Amount { value: *product, saturated: false });
        }
        self.sum_up(rows, out);
        if self.is_collecting() {
            self.collect_versions(out);
            self.good = deliver;
            self.start_batch();
            return Ok(());
        }
        if let Some(seen) = seen {
            self.leave_out(seen, &mut deliver, out);
        }
        out.rows_loaded += deliver.iter().filter(|loaded| **loaded).count() as u64;
        for (product, _) in self.products.iter().zip(&deliver).filter(|(_, loaded)| **loaded) {
            out.amount_loaded.add(Amount { value: product.unwrap_or(0), saturated: false });
        }
        self.count_matches(&deliver, out);
        if let (Some(column), Some(limit)) = (rules.options.event_time, rules.options.event_limit) {
            for row in after(&self.columns[column], limit) {
                self.put_off(row, &mut deliver, out);
            }
        }
        if let Some(promises) = &self.promises {
            let late = |row: &usize| promises.is_after_limits(self.columns.as_slice(), *row);
            for row in (0..if promises.limits.is_empty() { 0 } else { rows }).filter(late) {
                self.put_off(row, &mut deliver, out);
            }
            if self.watch.is_none() {
                promises.enter_distinct(self.columns.as_slice(), &deliver);
            }
        }
        if let Some(column) = rules.options.event_time {
            out.max_event = out.max_event.max(latest(&self.columns[column], |row| deliver[row]));
        }
        self.deliver(&deliver, &versions, out)?;
        self.good = deliver;
        self.start_batch();
        Ok(())
    }

    /// Leaves out a loaded row that does not count yet.
    fn put_off(&self, row: usize, deliver: &mut [bool], out: &mut Decoded) {
        if std::mem::take(&mut deliver[row]) {
            out.rows_after_limit += 1;
            let value = self.products.get(row).copied().flatten().unwrap_or(0);
            out.amount_after.add(Amount { value, saturated: false });
        }
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
                None => self.columns[*column].finish(&self.rules.rules[*column])?,
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
}
