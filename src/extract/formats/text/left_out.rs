//! Lines that are left out by their number, at the start or at the end of a file.

use memchr::memchr_iter;

use crate::extract::frame::{FileLines, LeftOut};

/// The lines of a text, the last one perhaps without a line end.
pub(in crate::extract) fn physical_lines(text: &[u8]) -> u64 {
    let is_open = text.last().is_some_and(|last| *last != b'\n');
    memchr_iter(b'\n', text).count() as u64 + u64::from(is_open)
}

/// Leaves out every line of a text, which is UTF-8; `line` is the number of the first one. Blank lines could not have been
/// records.
pub(in crate::extract) fn leave_out_each(lines: &mut FileLines, why: LeftOut, mut line: u64, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    lines.read += physical_lines(text);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    for of_line in text.split(|byte| *byte == b'\n') {
        let of_line = of_line.strip_suffix(b"\r").unwrap_or(of_line);
        match of_line.is_empty() {
            true => lines.ignored += 1,
            false => lines.leave_out(why, line, of_line),
        }
        line += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_counted_and_those_with_text_are_kept() {
        for (text, lines, kept) in [
            ("", 0, vec![]),
            ("\n", 1, vec![]),
            ("a", 1, vec![(7, "a")]),
            ("a\r\n\r\nb\n\n", 4, vec![(7, "a"), (9, "b")]),
            ("\n\na\n", 3, vec![(9, "a")]),
        ] {
            let mut found = FileLines::default();
            leave_out_each(&mut found, LeftOut::Footer, 7, text.as_bytes());
            assert_eq!((found.read, found.ignored), (lines, lines), "{text:?}");
            let texts: Vec<(u64, &str)> = found.left_out.iter().map(|left| (left.line, left.text.as_str())).collect();
            assert_eq!(texts, kept, "{text:?}");
        }
    }
}
