//! Texts with NUL bytes or halves of surrogate pairs, where a column declares how they are read.

use std::ops::Range;

use crate::source::ValueForm;

/// A half of a surrogate pair as a reader of JSON hands it over: three bytes that UTF-8 does not have.
const HALF: u8 = 0xED;
const REPLACED: &[u8] = "\u{FFFD}".as_bytes();

/// What a column declares.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Repairs {
    /// NUL bytes at the ends of a cell do not belong to it.
    pads: bool,
    /// Other NUL bytes are left out, and a half of a surrogate pair becomes U+FFFD.
    replaces: bool,
}

impl Repairs {
    pub(super) fn of(form: &ValueForm) -> Self {
        Self { pads: form.pads_nul, replaces: form.replaces_broken }
    }

    pub(super) fn exist(self) -> bool {
        self.pads || self.replaces
    }

    /// Where a text is without padding.
    pub(super) fn without_padding(self, text: &[u8]) -> Range<usize> {
        if self.pads { inside_nul(text) } else { 0..text.len() }
    }

    /// Writes a text that is not clean as it is read; false if it is read as it is.
    #[cold]
    pub(super) fn repair(self, text: &[u8], out: &mut Vec<u8>) -> bool {
        if !self.replaces || is_clean(text) {
            return false;
        }
        out.clear();
        let mut rest = text;
        loop {
            rest = match rest {
                [] => break,
                [0, after @ ..] => after,
                [HALF, 0xA0..=0xBF, 0x80..=0xBF, after @ ..] => {
                    out.extend_from_slice(REPLACED);
                    after
                }
                [byte, after @ ..] => {
                    out.push(*byte);
                    after
                }
            };
        }
        true
    }
}

/// Where a text is without the NUL bytes at its ends.
pub(super) fn inside_nul(text: &[u8]) -> Range<usize> {
    let start = text.iter().position(|byte| *byte != 0).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| *byte != 0).map_or(start, |last| last + 1);
    start..end
}

/// Whether a text is UTF-8 without NUL bytes.
pub(super) fn is_clean(text: &[u8]) -> bool {
    memchr::memchr(0, text).is_none() && simdutf8::basic::from_utf8(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_declared_is_repaired() {
        let replaces = Repairs { replaces: true, ..Repairs::default() };
        let mut out = Vec::new();
        for (text, read) in [
            (&b"a\0b\0"[..], "ab"),
            (b"cut \xED\xA0\xBD", "cut \u{FFFD}"),
            (b"\xED\xBF\xBFx\xED\xA0\x80", "\u{FFFD}x\u{FFFD}"),
            (b"\0", ""),
        ] {
            assert!(replaces.repair(text, &mut out) && out == read.as_bytes(), "{read}");
            assert!(!Repairs::default().repair(text, &mut out));
        }
        // A letter that begins with the same byte, and bytes of another encoding.
        assert!(!replaces.repair("\u{D55C}".as_bytes(), &mut out));
        assert!(replaces.repair(b"M\xE4ra\0", &mut out) && !is_clean(&out), "still not text");
    }

    #[test]
    fn padding_is_at_the_ends() {
        let pads = Repairs { pads: true, ..Repairs::default() };
        for (text, kept) in [(&b"Lund\0\0"[..], 0..4), (b"\0Lund", 1..5), (b"a\0b", 0..3), (b"\0\0", 2..2), (b"", 0..0)]
        {
            assert_eq!(pads.without_padding(text), kept);
        }
        assert_eq!(Repairs::default().without_padding(b"\0"), 0..1);
    }
}
