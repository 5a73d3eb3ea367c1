//! The hash of a row with corrected ids: that of the same row with its ids written as they are read. So a row that comes
//! again with a blank behind its id is a duplicate, as people see it.

use memchr::memchr3;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::{fix::CellFix, layout::Layout};
use crate::extract::frame::{Signs, TextPage};

/// As `row_hash` of `dedup`, which reads the cells where they lie; `fixes` are those of the row.
pub(super) fn fixed_row_hash(
    page: &TextPage<'_>,
    row: &[u32],
    fixes: &[&CellFix],
    layout: &Layout,
    canonical: &mut Vec<u8>,
    scratch: &mut Vec<u8>,
) -> u128 {
    let Signs { delimiter, quote } = page.signs;
    canonical.clear();
    for (i, place) in layout.hash_order.iter().enumerate() {
        if i > 0 {
            canonical.push(delimiter);
        }
        let Some(place) = *place else { continue };
        let fix = fixes.iter().find(|fix| layout.places.get(fix.column).copied().flatten() == Some(place));
        let text = match fix {
            Some(fix) => &fix.text,
            None => page.text(&page.data[row[place] as usize..row[place + 1] as usize - 1], scratch),
        };
        if memchr3(quote, delimiter, b'\n', text).is_none() {
            canonical.extend_from_slice(text);
            continue;
        }
        canonical.push(quote);
        for byte in text {
            if *byte == quote {
                canonical.push(quote);
            }
            canonical.push(*byte);
        }
        canonical.push(quote);
    }
    xxh3_128_with_seed(canonical, layout.hash_seed)
}
