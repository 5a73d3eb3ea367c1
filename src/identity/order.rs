//! The order of the output, by source and source_id in bytes, and the order of records. It also brings duplicates
//! together.
//!
//! The text is far away in memory, so each row is sorted by a copy of what nearly always decides: the rank of its
//! source and the first 16 bytes of its id.

use std::cmp::Ordering;

use hashbrown::HashMap;

use super::error::IdentityError;
use super::text_column::TextColumn;

struct SortKey {
    source: u32,
    row: u32,
    /// First 16 bytes of the id, big-endian, padded with zeros.
    prefix: [u64; 2],
}

/// The rows in order of (source, source_id). Two rows with the same pair are an error.
pub(super) fn sorted_rows(source: &TextColumn, source_id: &TextColumn, rows: u32) -> Result<Vec<u32>, IdentityError> {
    let ranks = source_ranks(source, rows);
    let mut keys: Vec<SortKey> = Vec::with_capacity(rows as usize);
    let mut run: Option<(&str, u32)> = None;
    for row in 0..rows {
        let name = source.text(row);
        let rank = match run {
            Some((run_name, rank)) if run_name == name => rank,
            _ => ranks.get(name).copied().unwrap_or_default(),
        };
        run = Some((name, rank));
        keys.push(SortKey { source: rank, row, prefix: prefix(source_id.text(row)) });
    }
    let full_id = |left: &SortKey, right: &SortKey| source_id.text(left.row).cmp(source_id.text(right.row));
    // An unstable sort is enough: equal records are an error, so no two rows of a result compare equal.
    keys.sort_unstable_by(|left, right| {
        (left.source, left.prefix).cmp(&(right.source, right.prefix)).then_with(|| full_id(left, right))
    });
    if let Some([twice, _]) = keys.array_windows().find(|[left, right]| {
        left.source == right.source && left.prefix == right.prefix && full_id(left, right) == Ordering::Equal
    }) {
        return Err(IdentityError::RecordTwice {
            source_name: source.text(twice.row).to_owned(),
            source_id: source_id.text(twice.row).to_owned(),
        });
    }
    Ok(keys.iter().map(|key| key.row).collect())
}

/// The records in record order, as rows, and the records in the order of `by_id`, which are rows in order of (source,
/// source_id): first known first, unknown days last, then in the order of `by_id`.
pub(super) fn in_record_order(by_id: Vec<u32>, known_from: &[i32]) -> (Vec<u32>, Vec<u32>) {
    let mut keys: Vec<u64> = Vec::with_capacity(by_id.len());
    for (position, row) in (0_u64..).zip(&by_id) {
        // Days before 1970 come first, too.
        let day = known_from[*row as usize].cast_unsigned() ^ 1 << 31;
        keys.push(u64::from(day) << 32 | position);
    }
    keys.sort_unstable();
    let mut rows = Vec::with_capacity(by_id.len());
    let mut records_by_id = vec![0; by_id.len()];
    for (record, key) in (0_u32..).zip(keys) {
        let position = key as u32 as usize;
        rows.push(by_id[position]);
        records_by_id[position] = record;
    }
    (rows, records_by_id)
}

/// Rank of each source name in sorted order.
fn source_ranks(source: &TextColumn, rows: u32) -> HashMap<&str, u32> {
    let mut ranks: HashMap<&str, u32> = HashMap::new();
    let mut last = None;
    for row in 0..rows {
        let name = source.text(row);
        // Records usually come in runs of one source.
        if last != Some(name) {
            ranks.entry(name).or_default();
            last = Some(name);
        }
    }
    let mut names: Vec<&str> = ranks.keys().copied().collect();
    names.sort_unstable();
    for (rank, name) in (0..).zip(names) {
        ranks.insert(name, rank);
    }
    ranks
}

fn prefix(text: &str) -> [u64; 2] {
    let mut bytes = [0_u8; 16];
    for (byte, letter) in bytes.iter_mut().zip(text.bytes()) {
        *byte = letter;
    }
    let whole = u128::from_be_bytes(bytes);
    [(whole >> 64) as u64, whole as u64]
}
