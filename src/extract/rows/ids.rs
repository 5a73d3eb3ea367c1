//! Ids as people mean them: one id, however a file writes it.
//!
//! Around an id there is no white space of any kind; characters that show nothing (zero-width ones, byte order marks,
//! soft hyphens, control characters) do not belong to it; its letters are composed (NFC); a whole number is not another one because a table made it a
//! decimal number (`1.0`). Zeros in front and the case of letters count, unless declared otherwise. Every changed cell is
//! noted, so that it can be counted and the first one named.

use super::fix::FixKind;
use super::parse::CellParser;
use crate::config::Letters;
use crate::invisible::as_seen;
use crate::source::IdForm;
use crate::words::shown_up_to;

/// Writes the id that a cell means, if it is another text than the cell's. `out` is used only then.
#[inline]
pub(super) fn correct(form: &IdForm, cell: &[u8], out: &mut Vec<u8>) -> bool {
    is_unusual(form, cell) && rewrite(form, cell, out)
}

/// Whether a cell needs a closer look: most ids are letters and digits and nothing else.
#[inline]
fn is_unusual(form: &IdForm, cell: &[u8]) -> bool {
    let is_odd = |byte: &u8| !matches!(byte, b'!'..=b'-' | b'/'..=b'~');
    *form != IdForm::default() || cell.iter().any(is_odd)
}

#[cold]
fn rewrite(form: &IdForm, cell: &[u8], out: &mut Vec<u8>) -> bool {
    // Bytes that are not text are rejected elsewhere.
    let Ok(text) = std::str::from_utf8(cell) else { return false };
    let mut id = as_seen(text).into_owned();
    if let Some(whole) = without_fraction(&id) {
        id.truncate(whole);
    }
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
        if form.drops_zeros {
            let zeros = id.bytes().take_while(|byte| *byte == b'0').count().min(id.len() - 1);
            id.drain(..zeros);
        }
        if let Some(digits) = form.digits {
            id = format!("{id:0>width$}", width = usize::from(digits));
        }
    }
    id = match form.letters {
        Letters::AsWritten => id,
        Letters::Upper => id.to_uppercase(),
        Letters::Lower => id.to_lowercase(),
    };
    if id.as_bytes() == cell {
        return false;
    }
    out.clear();
    out.extend_from_slice(id.as_bytes());
    true
}

/// The length of a whole number that is followed by a fraction of zeros. With three zeros it might be a thousand, so
/// that stays as it is.
fn without_fraction(id: &str) -> Option<usize> {
    let (whole, fraction) = id.split_once('.')?;
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    let is_zero = !matches!(fraction.len(), 0 | 3) && fraction.bytes().all(|byte| byte == b'0');
    (is_number && is_zero).then_some(whole.len())
}

/// An id in quotes, for messages: what nobody sees is written as its code.
pub fn shown_id(id: &str) -> String {
    const LONGEST: usize = 60;
    format!("'{}'", shown_up_to(id, LONGEST))
}

/// Whole numbers that are ids: what is not one as it stands is read as the id that it means.
#[derive(Clone, Debug)]
pub(super) struct IdInt<P>(pub(super) P);

impl<P: CellParser> CellParser for IdInt<P> {
    type Value = P::Value;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<P::Value> {
        self.0.fast(text, start, end)
    }

    fn slow(&self, cell: &[u8]) -> Result<P::Value, String> {
        self.0.slow(cell).or_else(|reason| match id_text(cell) {
            Some(text) => self.0.slow(&text).map_err(|_| reason),
            None => Err(reason),
        })
    }

    fn is_null(&self, cell: &[u8]) -> bool {
        self.0.is_null(cell) || id_text(cell).is_some_and(|text| text.is_empty())
    }

    fn corrected(&self, cell: &[u8]) -> Option<(FixKind, Box<[u8]>)> {
        // A fraction of zeros makes no other number, but another text of the id.
        let is_read = without_fraction(&String::from_utf8_lossy(cell)).is_none() && self.0.slow(cell).is_ok();
        if is_read { None } else { id_text(cell).map(|text| (FixKind::Id, text)) }
    }
}

fn id_text(cell: &[u8]) -> Option<Box<[u8]>> {
    let mut text = Vec::new();
    correct(&IdForm::default(), cell, &mut text).then(|| text.into_boxed_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: IdForm, cell: &str) -> String {
        let mut out = Vec::new();
        match correct(&form, cell.as_bytes(), &mut out) {
            true => String::from_utf8(out).unwrap(),
            false => cell.to_owned(),
        }
    }

    #[test]
    fn what_nobody_sees_is_no_part_of_an_id() {
        let written = [
            "K7 ",
            "  K7",
            "\tK7\r",
            "K7\u{A0}",
            "\u{202F}K7\u{3000}",
            "\u{FEFF}K7",
            "K\u{200B}7",
            "K7\u{AD}",
            "\u{1}K7\u{7F}",
            "\u{2060}K7 \u{200E}",
            "\u{85}K7",
            "K7\u{FE0F}",
        ];
        for cell in written {
            assert_eq!(read(IdForm::default(), cell), "K7", "{cell:?}");
        }
        assert_eq!(read(IdForm::default(), " \u{A0}\u{200B}"), "");
        assert_eq!(read(IdForm::default(), "A\u{30A}1"), "\u{C5}1", "a letter and its mark are one letter");
        assert_eq!(read(IdForm::default(), "A\u{A0}1"), "A 1", "white space inside stays, as a plain space");
    }

    #[test]
    fn a_whole_number_loses_a_fraction_of_zeros_and_nothing_else_does() {
        for (cell, id) in [("1.0", "1"), ("00120.00", "00120"), ("7.0000", "7"), (" 1.0 ", "1")] {
            assert_eq!(read(IdForm::default(), cell), id);
        }
        for cell in ["1.5", "1.000", "1.", ".0", "1.0.0", "A1.0", "-1.0", "1,0", "1e3", "1.01"] {
            assert_eq!(read(IdForm::default(), cell), cell);
        }
    }

    #[test]
    fn zeros_in_front_and_case_count_unless_declared_otherwise() {
        for cell in ["007", "7", "a1", "A1", "å1"] {
            assert_eq!(read(IdForm::default(), cell), cell);
        }
        let drops = IdForm { drops_zeros: true, ..IdForm::default() };
        for (cell, id) in [("007", "7"), ("000", "0"), ("7", "7"), ("K007", "K007"), ("007.0 ", "7"), ("", "")] {
            assert_eq!(read(drops, cell), id);
        }
        let pads = IdForm { digits: Some(5), ..IdForm::default() };
        for (cell, id) in [("7", "00007"), ("123456", "123456"), ("K7", "K7"), ("7.0", "00007"), ("", "")] {
            assert_eq!(read(pads, cell), id);
        }
        assert_eq!(read(IdForm { letters: Letters::Upper, ..IdForm::default() }, "aå1"), "AÅ1");
        assert_eq!(read(IdForm { letters: Letters::Lower, ..IdForm::default() }, "AÅ1"), "aå1");
    }

    #[test]
    fn an_id_that_was_read_is_read_as_itself() {
        let forms = [
            IdForm::default(),
            IdForm { drops_zeros: true, ..IdForm::default() },
            IdForm { digits: Some(4), letters: Letters::Lower, ..IdForm::default() },
        ];
        let parts = ["", " ", "0", "7", ".0", "\u{A0}", "\u{200B}", "K", "é", ".", "00"];
        for form in forms {
            for number in 0..parts.len().pow(3) {
                let part = |power: u32| parts[number / parts.len().pow(power) % parts.len()];
                let cell = [part(0), part(1), part(2)].concat();
                let once = read(form, &cell);
                assert_eq!(read(form, &once), once, "{cell:?}");
            }
        }
    }

    #[test]
    fn messages_show_what_nobody_sees() {
        assert_eq!(shown_id("K7 "), "'K7 '");
        assert_eq!(shown_id("\u{FEFF}K\u{A0}7\t"), "'\\u{feff}K\\u{a0}7\\t'");
        assert_eq!(shown_id(&"x".repeat(100)).chars().count(), 63);
    }
}
