//! The part of a decoder that hashes rows: by all cells or by declared ones, or in both ways.

use super::Decoder;
use crate::extract::frame::Page;
use crate::extract::rows::column_rules::ColumnRules;
use crate::extract::rows::dedup::{row_hash, value_row_hash};
use crate::extract::rows::fix::CellFix;
use crate::extract::rows::id_hash::fixed_row_hash;
use crate::extract::rows::layout::Layout;

impl Decoder {
    /// Adds the hashes of a page's good rows.
    pub(super) fn hash_rows(&mut self, page: &Page<'_>, rows: usize) {
        let first = self.good.len() - rows;
        let good = &self.good[first..];
        let enter = |hash| self.promises.as_ref().map_or(hash, |promises| promises.row_hash(hash, self.file));
        match page {
            Page::Text(text) => {
                let mut fixes = self.fixes.as_slice();
                for (at, (row, _)) in text.rows().zip(good).enumerate().filter(|(_, (_, good))| **good) {
                    let (canonical, scratch) = (&mut self.canonical, &mut self.scratch);
                    let before = fixes.iter().take_while(|fix| fix.row < first + at).count();
                    let (own, rest) = fixes[before..]
                        .split_at(fixes[before..].iter().take_while(|fix| fix.row == first + at).count());
                    fixes = rest;
                    // A fix inside a list or struct is not the text of the cell.
                    let is_whole = |fix: &&CellFix| !matches!(self.rules.rules[fix.column], ColumnRules::Nested(_));
                    let own: Vec<&CellFix> =
                        own.iter().filter(|fix| fix.kind.changes_text()).filter(is_whole).collect();
                    let mut by = |layout: &Layout| match own.is_empty() {
                        true => row_hash(text, row, layout, canonical, scratch),
                        false => fixed_row_hash(text, row, &own, layout, canonical, scratch),
                    };
                    let Some(declared) = &self.declared else {
                        self.hashes.push(enter(by(&self.layout)));
                        continue;
                    };
                    let alike = by(declared);
                    let is_plain = self.layout.rest.is_some_and(|rest| text.cell(at, rest).is_empty());
                    self.has_undeclared |= !is_plain;
                    self.hashes.push(enter(if is_plain { alike } else { by(&self.layout) }));
                    self.alike.push(enter(alike));
                }
            }
            Page::Arrays(arrays) => {
                let columns = self.columns.as_slice();
                for (row, _) in good.iter().enumerate().filter(|(_, good)| **good) {
                    let undeclared = arrays.undeclared(row);
                    let mut by = |undeclared: u128| {
                        value_row_hash(columns, columns.len(), first + row, undeclared, &mut self.canonical)
                    };
                    let hash = by(undeclared);
                    self.hashes.push(enter(hash));
                    if self.declared.is_some() {
                        self.has_undeclared |= undeclared != 0;
                        self.alike.push(enter(if undeclared == 0 { hash } else { by(0) }));
                    }
                }
            }
        }
    }
}
