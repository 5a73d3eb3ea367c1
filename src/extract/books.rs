//! The books of a source that is being read: rows by file and outcome, control totals, rejected rows.

use std::collections::BTreeMap;

use super::changed_cells::ChangedCells;
use super::corrected_ids::CorrectedIds;
use super::decimal::Decimal;
use super::deliveries::by_name;
use super::equal_rows::{Alike, Repeats};
use super::error::{ExtractError, ExtractFault};
use super::frame::{FileKeys, FileLines, NUL_BYTE, NoteKind, Reject, Rule};
use super::ledger::{FileCount, FileStatus, RowCounts, SourceCount, SpecialLines};
use super::left_out::patterns;
use super::moved::RowFaults;
use super::noted_cells::NotedCells;
use super::opened::Opened;
use super::quarantine::{Full, Quarantine, QuarantineError};
use super::reference_count::ReferenceCount;
use super::reject_cause::RejectCause;
use super::rows::{
    Amount, Decoded, FixCount, FixKind, Likeness, MatchCount, Members, NoteCount, Part, RowPlace, Sample, Shown,
    ShownRow, shown_id,
};
use super::source_note::SourceNote;
use super::total_line::FileRead;
use crate::engine::Latest;
use crate::identifying::may_identify;
use crate::source::Input;
use crate::words::counted;

/// What is counted and kept while the rows pass.
#[derive(Debug)]
pub(super) struct Books {
    /// Row counts of each file, by its number.
    rows: Vec<RowCounts>,
    /// The lines of each file.
    lines: Vec<FileLines>,
    /// The columns found in the records of each file, for formats without a header.
    keys: Vec<FileKeys>,
    /// For each column of lists or structs, the members that were met.
    members: BTreeMap<usize, Members>,
    pub(super) newest_event: Option<i64>,
    /// Values that the latest rows of several keys share, by column.
    pub(super) repeated_latest: Vec<(String, u64)>,
    /// Cells that are not of the declared type, by column.
    type_faults: BTreeMap<String, u64>,
    /// Cells that are read as another text, by column and kind.
    fixes: Vec<FixCount<RowPlace>>,
    /// What was met that is not the fault of a row: how often, and the place of the first.
    notes: BTreeMap<NoteKind, (u64, RowPlace)>,
    /// Cells that were loaded otherwise than they are written, by column and kind.
    cell_notes: Vec<NoteCount<RowPlace>>,
    /// The sums that the total line of each file states.
    sums: Vec<Vec<Amount>>,
    amount_read: Amount,
    amount_loaded: Amount,
    amount_after: Amount,
    /// Rows that repeat others and do not count, and those that do.
    pub(super) duplicates: Repeats,
    pub(super) repeated: Repeats,
    /// Rows that count and differ from others only in undeclared columns.
    pub(super) alike: Alike,
    /// The rows that a message about superseded rows speaks of.
    pub(super) shown: Vec<(Shown, ShownRow)>,
    /// What became of each reference.
    references: Vec<MatchCount<RowPlace>>,
    /// Loaded rows without and with a broken reference.
    matched: Part,
    unmatched: Part,
    /// Rejected rows that were left out on purpose.
    dropped: u64,
    quarantine: Quarantine,
    /// Rejected rows whose text is not in the declared encoding.
    wrong_encoding: u64,
    /// The error of the first bad row, once it has ended the run.
    ended_by: Option<ExtractError>,
}

impl Books {
    pub(super) fn new(opened: &Opened) -> Self {
        Self {
            rows: vec![RowCounts::default(); opened.files.len()],
            lines: vec![FileLines::default(); opened.files.len()],
            keys: vec![FileKeys::default(); opened.files.len()],
            members: BTreeMap::new(),
            newest_event: None,
            repeated_latest: Vec::new(),
            type_faults: BTreeMap::new(),
            fixes: Vec::new(),
            notes: BTreeMap::new(),
            cell_notes: Vec::new(),
            sums: vec![Vec::new(); opened.files.len()],
            amount_read: Amount::default(),
            amount_loaded: Amount::default(),
            amount_after: Amount::default(),
            duplicates: Repeats::default(),
            repeated: Repeats::default(),
            alike: Alike::default(),
            shown: Vec::new(),
            references: Vec::new(),
            matched: Part::default(),
            unmatched: Part::default(),
            wrong_encoding: 0,
            ended_by: None,
            dropped: 0,
            quarantine: Quarantine::new(opened.quarantine.clone()),
        }
    }

    /// Enters the outcome of a unit. Returns rejects that must be written to disk, without a lock on the books.
    pub(super) fn enter(&mut self, file: usize, decoded: &mut Decoded) -> Option<Full> {
        if let Some(rows) = self.rows.get_mut(file) {
            rows.add(decoded);
        }
        if let Some(lines) = self.lines.get_mut(file) {
            lines.add(std::mem::take(&mut decoded.lines));
        }
        if let (Some(known), Some(found)) = (self.keys.get_mut(file), decoded.keys.take()) {
            known.add(found);
        }
        for (column, found) in decoded.members.drain(..) {
            self.members.entry(column).or_default().add(&found);
        }
        for fault in decoded.rejects.iter().flat_map(|reject| &reject.faults).filter(|fault| fault.rule == Rule::Type) {
            *self.type_faults.entry(fault.column.as_deref().unwrap_or_default().to_owned()).or_default() += 1;
        }
        for FixCount { column, kind, cells, first, from, to } in decoded.fixes.drain(..) {
            let found = FixCount { column, kind, cells, first: (file, first), from, to };
            match self.fixes.iter_mut().find(|count| (count.column, count.kind) == (column, kind)) {
                Some(count) => count.add(found),
                None => self.fixes.push(found),
            }
        }
        for note in decoded.notes.drain(..) {
            let place = (file, note.line);
            let (count, first) = self.notes.entry(note.kind).or_insert((0, place));
            (*count, *first) = (*count + note.count, place.min(*first));
        }
        for NoteCount { column, note, cells, first, text } in decoded.cell_notes.drain(..) {
            let found = NoteCount { column, note, cells, first: (file, first), text };
            match self.cell_notes.iter_mut().find(|count| count.is_of(&found)) {
                Some(count) => count.add(found),
                None => self.cell_notes.push(found),
            }
        }
        let found = std::mem::take(&mut decoded.references);
        self.references.resize_with(self.references.len().max(found.len()), MatchCount::default);
        for (count, found) in self.references.iter_mut().zip(found) {
            count.add(found, |line| (file, line));
        }
        self.matched.add(decoded.matched);
        self.unmatched.add(decoded.unmatched);
        self.newest_event = self.newest_event.max(decoded.max_event);
        if let Some(sums) = self.sums.get_mut(file) {
            sums.resize(sums.len().max(decoded.sums.len()), Amount::default());
            sums.iter_mut().zip(&decoded.sums).for_each(|(sum, found)| sum.add(*found));
        }
        self.amount_read.add(decoded.amount_read);
        self.amount_loaded.add(decoded.amount_loaded);
        self.amount_after.add(decoded.amount_after);
        self.duplicates.add(std::mem::take(&mut decoded.duplicate));
        self.repeated.add(std::mem::take(&mut decoded.repeated));
        self.alike.add(std::mem::take(&mut decoded.alike));
        self.shown.append(&mut decoded.shown);
        let wrong = decoded.rejects.iter().filter(|reject| reject.breaks(Rule::Encoding)).count();
        self.wrong_encoding += wrong as u64;
        self.dropped += decoded.rows_dropped;
        self.quarantine.add(file, std::mem::take(&mut decoded.rejects))
    }

    /// Records the latest versions: how many each file gave, and values that are not unique.
    pub(super) fn enter_latest(&mut self, latest: &Latest) {
        self.repeated_latest.clone_from(&latest.repeated);
        for (number, rows) in self.rows.iter_mut().enumerate() {
            let (_, kept, gone) = latest.by_file.iter().find(|(file, ..)| *file == number).copied().unwrap_or_default();
            rows.superseded = rows.loaded.saturating_sub(rows.after_as_of).saturating_sub(kept);
            rows.loaded -= rows.superseded;
            rows.deleted = gone;
        }
        if let Some(amount) = latest.amount {
            self.amount_loaded = Amount { value: amount.unwrap_or(0), saturated: amount.is_none() };
            self.amount_loaded.add(self.amount_after);
        }
    }

    /// Whether a row was rejected.
    pub(super) fn has_rejects(&self) -> bool {
        self.quarantine.first().is_some()
    }

    /// The columns found in the records of each file.
    pub(super) fn keys(&self) -> &[FileKeys] {
        &self.keys
    }

    /// The lines of each file.
    pub(super) fn lines(&self) -> &[FileLines] {
        &self.lines
    }

    /// What was read from each file, to be compared with what its total line states.
    pub(super) fn files_read(&self) -> impl Iterator<Item = FileRead<'_>> {
        let files = self.rows.iter().zip(&self.lines).zip(&self.sums);
        files.map(|((rows, lines), sums)| FileRead { rows, lines, sums })
    }

    /// Declared members of structs that no row has.
    pub(super) fn lacking_members(&self, opened: &Opened) -> Vec<String> {
        let shown = |(column, members): (&usize, &Members)| opened.rules.members(*column, members.lacking());
        let lacking: Vec<String> = self.members.iter().flat_map(shown).collect();
        let remark = |path| {
            format!("source {}: no value has the declared member `{path}`: it is null in all rows", opened.source.name)
        };
        lacking.into_iter().map(remark).collect()
    }

    /// The counts so far.
    pub(super) fn count(&self, opened: &Opened) -> SourceCount {
        let read = opened.files.iter().zip(&self.rows).zip(&self.lines).map(|((file, rows), lines)| FileCount {
            rows: *rows,
            special: special_lines(opened, lines),
            ..FileCount::new(&file.input, FileStatus::Read)
        });
        let mut by_file: Vec<FileCount> = read.collect();
        let rows_of = |path: &str| by_file.iter().find(|file| file.path == path).map(|file| file.rows.read);
        let unread = opened.unread.iter().map(|file| {
            let rows_not_read = match &file.status {
                FileStatus::SameContent { of } => rows_of(of),
                _ => None,
            };
            FileCount { rows_not_read, ..file.clone() }
        });
        let unread: Vec<FileCount> = unread.collect();
        by_file.extend(unread);
        by_file.sort_by(|a, b| a.delivery_day.cmp(&b.delivery_day).then_with(|| by_name(&a.path, &b.path)));
        let mut count = SourceCount::of(&opened.source.name, by_file);
        let (ids, others): (Vec<_>, Vec<_>) = self.fixes.iter().partition(|fix| fix.kind == FixKind::Id);
        count.corrected_ids = ids.into_iter().map(|ids| corrected_ids(opened, ids)).collect();
        count.corrected_ids.sort_by(|a, b| a.column.cmp(&b.column));
        count.changed_cells = others.into_iter().map(|fix| changed_cells(opened, fix)).collect();
        count.changed_cells.sort_by(|a, b| (&a.column, a.kind).cmp(&(&b.column, b.kind)));
        let note = |(kind, (count, first)): (&NoteKind, &(u64, RowPlace))| SourceNote {
            kind: *kind,
            count: *count,
            first: opened.place(*first),
        };
        count.notes = self.notes.iter().map(note).collect();
        count.noted_cells = self.cell_notes.iter().map(|notes| noted_cells(opened, notes)).collect();
        count.noted_cells.sort_by(|a, b| (&a.column, a.note).cmp(&(&b.column, b.note)));
        count.references = self.reference_counts(opened);
        if !opened.source.amount.is_empty() {
            count.amount_matched = Decimal::new(self.matched.amount, opened.rules.amount_scale());
            count.amount_unmatched = Decimal::new(self.unmatched.amount, opened.rules.amount_scale());
            count.amount_read = Decimal::new(self.amount_read, opened.rules.amount_scale());
            count.amount_loaded = Decimal::new(self.amount_loaded, opened.rules.amount_scale());
        }
        count
    }

    /// What became of each reference. Values of personal columns are not quoted.
    fn reference_counts(&self, opened: &Opened) -> Vec<ReferenceCount> {
        let references = opened.promises().into_iter().flat_map(|promises| &promises.references);
        let has_amount = !opened.source.amount.is_empty();
        let amount = |part: Part| Decimal::new(part.amount, opened.rules.amount_scale()).filter(|_| has_amount);
        let counts = references.enumerate().map(|(number, reference)| {
            let count = self.references.get(number).cloned().unwrap_or_default();
            let first = count.first.0.into_iter().map(|(place, value)| {
                let shown = opened.may_quote(reference.column, &value).then_some(value);
                (opened.place(place), shown)
            });
            let referred = reference.values.get().filter(|_| count.unmatched.rows > 0);
            ReferenceCount {
                column: opened.column_name(reference.column).to_owned(),
                target: reference.target.target(),
                matched: count.matched.rows,
                unmatched: count.unmatched.rows,
                empty: count.empty.rows,
                unjudged: count.unjudged.rows,
                amount_matched: amount(count.matched),
                amount_unmatched: amount(count.unmatched),
                first: first.collect(),
                guess: referred.and_then(|referred| guess(&count.sample, referred.sample(), count.matched.rows)),
            }
        });
        counts.collect()
    }

    /// The source's files with the rows read from them, or the last snapshot's counts for files that were not read; then
    /// the corrections of its rows.
    pub(super) fn inputs(&self, opened: &Opened) -> Vec<Input> {
        let read = opened.files.iter().zip(&self.rows);
        let read = read.map(|(file, rows)| Input { rows: Some(rows.read), ..file.input.clone() });
        let known = opened.unread.iter().filter_map(|file| {
            let is_it = |input: &&Input| input.path == file.path && input.bytes == file.bytes;
            opened.basis.earlier.iter().find(is_it).cloned()
        });
        let corrections = opened.corrections.iter().flat_map(|corrections| corrections.inputs.clone());
        read.chain(known).chain(corrections).collect()
    }

    /// Writes the rejected rows of a source that was read to its end.
    pub(super) fn write_rejects(&mut self, opened: &Opened, read: u64) -> Result<(), ExtractError> {
        let written = self.quarantine.write(Some(read));
        written.map_err(|error| self.quarantine_failed(opened, &error))
    }

    /// The error of the first bad row, and no other: the rest depends on the threads. Every worker asks for it; the row is
    /// written once.
    pub(super) fn only_first_reject(&mut self, opened: &Opened) -> ExtractError {
        if let Some(error) = &self.ended_by {
            return error.clone();
        }
        self.quarantine.keep_first();
        let error = match self.quarantine.write(None) {
            Err(error) => self.quarantine_failed(opened, &error),
            Ok(()) => {
                let first = self.first_reject(opened).unwrap_or_default();
                let quarantine = self.quarantine.folder().display().to_string();
                ExtractError::of(&opened.source, ExtractFault::BadRow { first, quarantine })
            }
        };
        self.ended_by.insert(error).clone()
    }

    pub(super) fn quarantine_failed(&self, opened: &Opened, error: &QuarantineError) -> ExtractError {
        let cause = std::io::Error::other(error.to_string());
        let fault = ExtractFault::Unreadable(std::sync::Arc::new(cause));
        ExtractError::of(&opened.source, fault).at(self.quarantine.folder())
    }

    /// More rejected rows than the source allows.
    pub(super) fn too_many_rejected(&self, opened: &Opened, rows: RowCounts) -> Option<ExtractFault> {
        let source = &opened.source;
        let rejected = rows.rejected - self.dropped;
        if source.max_rejected.allows(rejected, rows.read) {
            return None;
        }
        let differs = self.type_differences(opened, rows.read);
        Some(ExtractFault::TooManyRejected {
            rejected,
            read: rows.read,
            allowed: source.max_rejected.to_string(),
            found: format!(
                "by cause: {}; the first: {}{}",
                self.quarantine.causes(),
                self.first_reject(opened).unwrap_or_default(),
                differs.iter().map(|line| format!("\n  {line}")).collect::<String>()
            ),
            encoding: opened.format.encoding().filter(|_| self.wrong_encoding * 2 > rows.rejected),
            quarantine: self.quarantine.folder().display().to_string(),
        })
    }

    /// Columns whose cells are mostly not of the declared type.
    pub(super) fn type_differences(&self, opened: &Opened, read: u64) -> Vec<String> {
        let mostly = self.type_faults.iter().filter(|(_, faults)| **faults > read / 2);
        let lines = mostly.map(|(column, faults)| {
            let ty = opened.source.columns.iter().find(|spec| spec.name == *column).map(|spec| spec.ty.to_string());
            let percent = faults * 100 / read.max(1);
            let ty = ty.unwrap_or_default();
            format!("~ {column}: declared {ty}; {percent} % of {} are not", counted(read, "cell"))
        });
        lines.collect()
    }

    /// Place and reason of the first rejected row.
    pub(super) fn first_reject(&self, opened: &Opened) -> Option<String> {
        let (file, reject) = self.quarantine.first()?;
        Some(format!("{}: {}", opened.place((*file, reject.line)), reasons(opened, *file, reject)))
    }

    /// Why rows were rejected, the most frequent cause first.
    pub(super) fn causes(&self, opened: &Opened) -> Vec<RejectCause> {
        let causes = self.quarantine.by_cause().into_iter().map(|(rule, column, cause)| RejectCause {
            column: column.map(str::to_owned),
            rule: rule.as_str(),
            rows: cause.faults,
            first: opened.place((cause.file(), cause.line)),
            reason: (!is_hidden(opened, cause.file(), column, rule, &cause.reason)
                && (is_same_for_all(rule, &cause.reason) || !have_moved(opened, &cause.of_row)))
            .then(|| cause.reason.clone()),
        });
        causes.collect()
    }

    /// Removes the rejected rows that were written.
    pub(super) fn discard(&mut self) -> std::io::Result<()> {
        self.quarantine.discard()
    }
}

/// The lines of a file that are not ordinary records.
fn special_lines(opened: &Opened, lines: &FileLines) -> SpecialLines {
    let by_pattern = patterns(opened).iter().enumerate().map(|(number, typed)| {
        let count = lines.by_pattern.get(number).map_or(0, |found| found.count);
        (typed.pattern.value.clone(), count)
    });
    SpecialLines {
        by_pattern: by_pattern.collect(),
        total_line: lines.totals.first.first().map(|(line, _)| *line),
        other_types: lines.other_types.clone(),
        repeated_headers: lines.repeated_headers.count,
        short: lines.short.count,
        trailing: lines.trailing.count,
    }
}

/// Why values find no partner.
fn guess(unmatched: &Sample, referred: &Sample, matched: u64) -> Option<&'static str> {
    match unmatched.likeness(referred) {
        Some(Likeness::Corrected) => Some("most of them match without white space and the like: remove `as_written`"),
        Some(Likeness::Zeros) => Some("most of them match without zeros in front: see `leading_zeros` of `id`"),
        Some(Likeness::Case) => Some("most of them match in upper case: see `letters` of `id`"),
        Some(Likeness::Digits) => Some("most of them match by their digits alone: the letters around them differ"),
        None if matched == 0 => Some("no value matches: the two extracts seem to number in different ways"),
        None => None,
    }
}

/// The corrected ids of a column, without quoting personal data.
fn corrected_ids(opened: &Opened, ids: &FixCount<RowPlace>) -> CorrectedIds {
    let may_quote = opened.may_quote(ids.column, &ids.from);
    CorrectedIds {
        column: opened.column_name(ids.column).to_owned(),
        cells: ids.cells,
        first: opened.place(ids.first),
        texts: may_quote.then(|| (shown_id(&ids.from), shown_id(&ids.to))),
    }
}

/// The cells of a column that were read as another text, without quoting personal data.
fn changed_cells(opened: &Opened, fix: &FixCount<RowPlace>) -> ChangedCells {
    ChangedCells {
        column: opened.column_name(fix.column).to_owned(),
        kind: fix.kind,
        cells: fix.cells,
        first: opened.place(fix.first),
        texts: opened.may_quote(fix.column, &fix.from).then(|| (shown_id(&fix.from), shown_id(&fix.to))),
    }
}

/// The cells of a column with a note, without quoting personal data.
fn noted_cells(opened: &Opened, notes: &NoteCount<RowPlace>) -> NotedCells {
    let may_quote = opened.may_quote(notes.column, &notes.text);
    NotedCells {
        column: opened.column_name(notes.column).to_owned(),
        note: notes.note,
        cells: notes.cells,
        first: opened.place(notes.first),
        text: (may_quote && !notes.text.is_empty()).then(|| shown_id(&notes.text)),
    }
}

/// Every fault of a row, without quoting personal data.
fn reasons(opened: &Opened, file: usize, reject: &Reject) -> String {
    let moved = have_moved(opened, &reject.row_faults());
    let faults = reject.faults.iter().map(|fault| {
        let column = fault.column.as_deref();
        let is_moved = moved && !is_same_for_all(fault.rule, &fault.reason);
        match is_moved || is_hidden(opened, file, column, fault.rule, &fault.reason) {
            true => format!(
                "{}breaks the rule `{}`",
                column.map(|name| format!("{name}: ")).unwrap_or_default(),
                fault.rule
            ),
            false => fault.to_string(),
        }
    });
    faults.collect::<Vec<_>>().join("; ")
}

/// Whether a reason quotes no cell.
fn is_same_for_all(rule: Rule, reason: &str) -> bool {
    matches!(rule, Rule::Required | Rule::Json | Rule::FieldCount) || reason.starts_with(NUL_BYTE)
}

/// Whether the cells of a row stand in the wrong columns.
fn have_moved(opened: &Opened, faults: &RowFaults) -> bool {
    faults.have_moved(!opened.source.personal.is_empty())
}

/// Whether the reason of a fault may quote personal data. The type of a record is a cell of a column that may be personal.
fn is_hidden(opened: &Opened, file: usize, column: Option<&str>, rule: Rule, reason: &str) -> bool {
    let is_personal = match column {
        Some(column) => {
            !is_same_for_all(rule, reason) && opened.source.personal.iter().any(|personal| personal == column)
        }
        None => rule == Rule::RecordType && opened.has_personal_types(file),
    };
    is_personal || may_identify(reason)
}
