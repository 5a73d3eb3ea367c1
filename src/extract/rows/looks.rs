//! Texts that a spreadsheet has left in a column of text, seen in the first rows of each page: looking at every cell would
//! cost time, and such texts rarely come alone.

use super::{
    column_rules::TextRules,
    exponent::looks_rounded,
    fix::{CellFix, FixKind},
    form::unwrapped,
    parse::trim,
    values::Job,
};
use crate::extract::frame::TextPage;

/// Rows of a page that are looked at.
const SAMPLE: usize = 16;

/// Notes texts of a page that look wrapped for a spreadsheet, or rounded by one.
pub(super) fn note(page: TextPage<'_>, rules: &TextRules, job: Job, fixes: &mut Vec<CellFix>) {
    let mut scratch = Vec::new();
    for (i, row) in page.rows().take(SAMPLE).enumerate() {
        let cell = &page.data[row[job.place] as usize..row[job.place + 1] as usize - 1];
        // Most cells begin with a letter, and no page without quotes has other texts than its cells.
        if !cell
            .first()
            .is_some_and(|first| matches!(first, b'=' | b'"' | b'\'' | b'-' | b' ') || first.is_ascii_digit())
        {
            continue;
        }
        let text = page.text(cell, &mut scratch);
        let kind = match text.first() {
            Some(b' ') if is_quoted(trim(text), page.quote) => FixKind::LooksQuoted,
            Some(b'=' | b'\'') if !rules.unwraps && unwrapped(text).is_some() => FixKind::LooksWrapped,
            _ if rules.id.is_none() && looks_rounded(text) => FixKind::LooksRounded,
            _ => continue,
        };
        fixes.push(CellFix { row: job.first_row + i, column: job.column, kind, text: text.into() });
    }
}

/// Whether a text stands in quotes: they are part of it, because blanks stand before them.
fn is_quoted(text: &[u8], quote: u8) -> bool {
    matches!(text, [first, .., last] if *first == quote && *last == quote)
}
