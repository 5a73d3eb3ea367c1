//! The part of a decoder that knows keys: tags for the filter, rows of noted keys, and their outcomes.

use super::Decoder;
use crate::extract::frame::Pages;
use crate::extract::rows::amount::Amount;
use crate::extract::rows::decoded::Decoded;
use crate::extract::rows::dedup::value_row_hash;
use crate::extract::rows::measures::{after, moment};
use crate::extract::rows::seen::{RowsToSee, Seen, SeenRows};
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
            let own_key = keys.hash(cells, row, &mut self.canonical);
            let key = own_key.unwrap_or(hash ^ KeyColumns::WITHOUT_KEY);
            if own_key.is_none() {
                self.without_key.push(at as u32);
            }
            let group = match keys.group.is_empty() {
                true => None,
                false => {
                    let day = promises.delivery_day(cells, row, self.file);
                    keys.group_tag(cells, row, (day, self.file), &mut self.canonical)
                }
            };
            self.hashes[at] = KeyColumns::tag(key, hash);
            self.group_tags.extend(group);
            let tag = own_key.map(|_| self.hashes[at]);
            match &mode {
                Some(VersionMode::Collect(noted)) if noted.holds(tag, group) => {
                    let place = pages.place(row - first_row);
                    self.held.push(Held { row, key, has_key: own_key.is_some(), group, place });
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
            key: keys.shown().iter().map(|column| text(column).unwrap_or_default()).collect(),
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
                has_key: held.has_key,
                group: held.group.map_or(0, noted_group),
                values: values as u64,
                day: number_of(promises.delivery_day(cells, row, self.file)),
                file: self.file.number as u32,
                delivery: self.file.delivery,
                place: held.place,
                is_after: late.binary_search(&row).is_ok() || promises.is_after_limits(cells, row),
                amount: self.products.get(row).copied().flatten().unwrap_or(0),
                event: options.event_time.and_then(|column| moment(&self.columns[column], row)),
            });
        }
    }

    /// Leaves out the good rows of a batch that repeat an earlier row, and those that a later version supersedes.
    pub(super) fn leave_out(&mut self, rows: &dyn SeenRows, deliver: &mut [bool], out: &mut Decoded) {
        self.seen.clear();
        self.alike_seen.clear();
        let (hashes, without_key) = (&self.hashes, &self.without_key);
        let declared = if self.has_undeclared { self.alike.as_slice() } else { &[] };
        let to_see = RowsToSee { hashes, without_key, delivery: self.file.delivery };
        rows.enter_both(to_see, declared, &mut self.seen, &mut self.alike_seen);
        if !self.group_tags.is_empty() {
            rows.enter_groups(&self.group_tags);
        }
        let are_first = |seen: &[Seen]| seen.iter().all(|seen| *seen == Seen::First);
        if self.outcomes.is_empty() && are_first(&self.seen) && are_first(&self.alike_seen) {
            return;
        }
        let good = deliver.iter_mut().enumerate().filter(|(_, good)| **good);
        for (number, (row, is_wanted)) in good.enumerate() {
            let amount = self.products.get(row).copied().flatten().unwrap_or(0);
            let amount = Amount { value: amount, saturated: false };
            let hash = self.hashes.get(number).copied();
            if let (Some(seen), Some(alike)) = (self.seen.get(number), self.alike_seen.get(number))
                && (*seen == Seen::Duplicate) != (*alike == Seen::Duplicate)
            {
                let declared = self.alike.get(number).copied().or(hash).unwrap_or_default();
                out.alike.add(amount, declared, *alike == Seen::Duplicate);
            }
            match (self.outcomes.get(number).copied().flatten(), self.seen.get(number)) {
                (Some(Outcome::Newest), _) | (None, Some(Seen::First) | None) => continue,
                (None, Some(Seen::Again)) => {
                    out.repeated.add(amount, hash);
                    continue;
                }
                (None, Some(Seen::Duplicate)) => out.duplicate.add(amount, hash),
                // The order of the rows of its key is known, so its place is too.
                (Some(Outcome::Again), _) => {
                    out.repeated.add(amount, None);
                    continue;
                }
                (Some(Outcome::Duplicate), _) => out.duplicate.add(amount, None),
                (Some(Outcome::Superseded), _) => out.rows_superseded += 1,
            }
            *is_wanted = false;
        }
    }

    /// Whether the order of the rows of a good row's key decided about it.
    pub(super) fn is_ordered(&self, good_row: usize) -> bool {
        self.outcomes.get(good_row).copied().flatten().is_some()
    }

    /// Whether equal rows of a good row's delivery count too.
    pub(super) fn counts_by_delivery(&self, good_row: usize) -> bool {
        self.without_key.binary_search(&(good_row as u32)).is_ok()
    }

    /// Whether messages may speak of a good row of the page: not of one that is superseded.
    pub(super) fn counts(&self, good_row: usize) -> bool {
        self.outcomes
            .get(good_row)
            .copied()
            .flatten()
            .is_none_or(|outcome| matches!(outcome, Outcome::Newest | Outcome::Again))
    }
}
