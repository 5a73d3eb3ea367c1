//! The part of a decoder that knows keys: tags for the filter, rows of noted keys, and their outcomes.

use super::Decoder;
use crate::extract::frame::Pages;
use crate::extract::rows::decoded::Decoded;
use crate::extract::rows::dedup::{FirstSeen, value_row_hash};
use crate::extract::rows::measures::{after, moment};
use crate::extract::rows::typed::TypedCells;
use crate::extract::rows::versions::{
    Held, KeyColumns, Outcome, ShownRow, Version, VersionMode, noted_group, number_of,
};

impl Decoder {
    /// Reads rows of a source with a key in this way.
    pub fn set_versions(&mut self, mode: VersionMode) {
        self.mode = Some(mode);
    }

    /// Whether rows are only collected: nothing is counted or recorded.
    pub(super) fn is_collecting(&self) -> bool {
        matches!(self.mode, Some(VersionMode::Collect(_)))
    }

    /// Hashes a page's good rows, and makes tags of the hashes if the source has a key.
    pub(super) fn hash_page(&mut self, pages: &mut dyn Pages, rows: usize, out: &mut Decoded) {
        let start = self.hashes.len();
        self.hash_rows(&pages.page(), rows);
        let Some(promises) = self.promises.clone() else { return };
        let Some(keys) = &promises.versions else { return };
        let mode = self.mode.clone();
        let first_row = self.good.len() - rows;
        let mut at = start;
        for row in first_row..self.good.len() {
            if !self.good[row] {
                continue;
            }
            let cells = self.columns.as_slice();
            let hash = self.hashes[at];
            let key = keys.hash(cells, row, hash, &mut self.canonical);
            let group = match keys.group.is_empty() {
                true => None,
                false => {
                    let day = promises.delivery_day(cells, row, self.file);
                    keys.group_tag(cells, row, (day, self.file), &mut self.canonical)
                }
            };
            self.hashes[at] = KeyColumns::tag(key, hash);
            self.group_tags.extend(group);
            let tag = self.hashes[at];
            match &mode {
                Some(VersionMode::Collect(noted)) if noted.holds(tag, group) => {
                    self.held.push(Held { row, key, group, place: pages.place(row - first_row) });
                }
                None | Some(VersionMode::Collect(_)) => {}
                Some(VersionMode::Apply(known)) => {
                    let place = known.holds(tag, group).then(|| pages.place(row - first_row));
                    self.outcomes.push(place.map(|place| known.outcome(self.file, place)));
                    if let Some(shown) = place.and_then(|place| known.shows(self.file, place)) {
                        out.shown.push((shown, self.shown_row(keys, row)));
                    }
                }
            }
            at += 1;
        }
    }

    /// The values of a row for a message.
    fn shown_row(&self, keys: &KeyColumns, row: usize) -> ShownRow {
        let cells = self.columns.as_slice();
        let written = |column: usize| {
            let mut bytes = Vec::new();
            cells.value(column, row)?.write(&mut bytes);
            Some(bytes)
        };
        let text = |column: &usize| {
            let ty = self.rules.columns.get(*column)?.ty;
            cells.value(*column, row).map(|value| value.shown(ty))
        };
        ShownRow {
            values: (0..self.columns.len()).map(written).collect(),
            key: keys.key.iter().map(|column| text(column).unwrap_or_default()).collect(),
        }
    }

    /// Hands over the rows of noted keys in a complete batch.
    pub(super) fn collect_versions(&mut self, out: &mut Decoded) {
        let Some(promises) = self.promises.clone().filter(|_| !self.held.is_empty()) else { return };
        let options = &self.rules.options;
        let late = match (options.event_time, options.event_limit) {
            (Some(column), Some(limit)) => after(&self.columns[column], limit),
            _ => Vec::new(),
        };
        let cells = self.columns.as_slice();
        for held in self.held.drain(..) {
            let row = held.row;
            let values = value_row_hash(cells, cells.len(), row, 0, &mut self.canonical);
            out.versions.push(Version {
                key: held.key,
                group: held.group.map_or(0, noted_group),
                values: values as u64,
                day: number_of(promises.delivery_day(cells, row, self.file)),
                file: self.file.number as u32,
                place: held.place,
                is_after: late.binary_search(&row).is_ok() || promises.is_after_limits(cells, row),
                amount: self.products.get(row).copied().flatten().unwrap_or(0),
                event: options.event_time.and_then(|column| moment(&self.columns[column], row)),
            });
        }
    }

    /// Leaves out the good rows of a batch that repeat an earlier row, and those that a later version supersedes.
    pub(super) fn leave_out(&mut self, seen: &dyn FirstSeen, deliver: &mut [bool], out: &mut Decoded) {
        self.first.clear();
        seen.first_seen(&self.hashes, &mut self.first);
        if !self.group_tags.is_empty() {
            seen.enter_groups(&self.group_tags);
        }
        let mut first = self.first.iter().copied();
        let mut outcomes = self.outcomes.iter().copied();
        for row in deliver.iter_mut().filter(|good| **good) {
            let is_first = first.next().unwrap_or(true);
            let outcome = outcomes.next().flatten();
            match outcome.unwrap_or(if is_first { Outcome::Newest } else { Outcome::Duplicate }) {
                Outcome::Newest => continue,
                Outcome::Duplicate => out.rows_duplicate += 1,
                Outcome::Superseded => out.rows_superseded += 1,
            }
            *row = false;
        }
    }

    /// Whether messages may speak of a good row of the page: not of one that is superseded.
    pub(super) fn counts(&self, good_row: usize) -> bool {
        self.outcomes.get(good_row).copied().flatten().is_none_or(|outcome| outcome == Outcome::Newest)
    }
}
