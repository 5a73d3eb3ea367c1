//! Numbers with an exponent (`1e-05`, `4.67017E+10`), written out.
//!
//! Floats are written so, and their exact value is what was meant. But spreadsheets, and databases that make text of a
//! float, write only the first six digits or so: what stands after them is lost, and thousands of different numbers look
//! the same. Such a number is not read.

/// A number with an exponent, written out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrittenOut {
    /// A minus, the digits, and a point before the fraction.
    pub(super) text: Vec<u8>,
    /// Whether the last digits before the point are not in the cell: zeros stand for them.
    pub(super) is_filled: bool,
    /// Whether a program that keeps every digit writes numbers so.
    pub(super) is_shortest: bool,
}

/// The longest exponent: beyond it, no number fits a column.
const LARGEST: usize = 300;
const MINUS: [&[u8]; 2] = [b"-", "\u{2212}".as_bytes()];

/// Writes a number out; `None` if it has no exponent, or is not a number.
pub(super) fn written_out(cell: &[u8], point: u8) -> Option<WrittenOut> {
    let at = cell.iter().position(|byte| matches!(byte, b'e' | b'E'))?;
    let (mantissa, exponent) = (&cell[..at], &cell[at + 1..]);
    let negative = MINUS.iter().find_map(|minus| mantissa.strip_prefix(*minus));
    let mantissa = negative.or_else(|| mantissa.strip_prefix(b"+")).unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.iter().position(|byte| *byte == point) {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &[][..]),
    };
    let (has_plus, down, size) = match exponent {
        [b'+', size @ ..] => (true, false, size),
        [b'-', size @ ..] => (false, true, size),
        size => (false, false, size),
    };
    let is_number = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    let sound = !whole.is_empty() && is_number(whole) && is_number(fraction) && is_number(size);
    let steps: usize =
        std::str::from_utf8(size).ok().filter(|_| sound)?.parse().ok().filter(|size| *size <= LARGEST)?;
    let (mut before, mut after) = (whole.to_vec(), fraction.to_vec());
    let is_zero = before.iter().chain(&after).all(|digit| *digit == b'0');
    let filled = steps.saturating_sub(after.len());
    if down {
        let missing = (steps + 1).saturating_sub(before.len());
        before.splice(0..0, std::iter::repeat_n(b'0', missing));
        after.splice(0..0, before.split_off(before.len() - steps));
    } else {
        after.extend(std::iter::repeat_n(b'0', filled));
        let rest = after.split_off(steps);
        before.append(&mut after);
        after = rest;
    }
    let significant = whole.len() + fraction.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    let is_shortest = !has_plus || significant == 1 && size.len() == 2 && cell.get(at) == Some(&b'e');
    let mut text = negative.map_or_else(Vec::new, |_| vec![b'-']);
    text.append(&mut before);
    if !after.is_empty() {
        text.push(b'.');
        text.append(&mut after);
    }
    Some(WrittenOut { text, is_filled: !down && filled > 0 && !is_zero, is_shortest })
}

/// What is wrong with a number that has lost digits.
pub(super) const ROUNDED: &str = "has lost its last digits: a spreadsheet or a program has rounded it. Export the column \
                                  as text, or with all digits";

/// Whether text looks like a number that a spreadsheet has rounded, such as 4.67017E+10.
#[inline]
pub(super) fn looks_rounded(cell: &[u8]) -> bool {
    // Nearly every cell has another byte where the plus of `E+10` or `e+010` is.
    match cell {
        [.., b'+', _, _] | [.., b'+', _, _, _] => is_rounded(cell),
        _ => false,
    }
}

#[cold]
fn is_rounded(cell: &[u8]) -> bool {
    const LONGEST: usize = 24;
    let is_filled = |point| written_out(cell, point).is_some_and(|number| number.is_filled);
    cell.len() <= LONGEST && (is_filled(b'.') || is_filled(b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(cell: &str) -> Option<(String, bool, bool)> {
        let number = written_out(cell.as_bytes(), b'.')?;
        Some((String::from_utf8(number.text).unwrap(), number.is_filled, number.is_shortest))
    }

    #[test]
    fn numbers_are_written_out_exactly() {
        for (cell, text) in [
            ("1e-05", "0.00001"),
            ("1.5e3", "1500"),
            ("4.6701740613E+10", "46701740613"),
            ("-12.25e1", "-122.5"),
            ("12.25e-3", "0.01225"),
            ("100e-2", "1.00"),
            ("0e0", "0"),
            ("0.00E+00", "0.00"),
            ("\u{2212}1e0", "-1"),
            ("7E0", "7"),
        ] {
            assert_eq!(out(cell).map(|found| found.0).as_deref(), Some(text), "{cell}");
        }
        for cell in [
            "",
            "e5",
            "1e",
            "1e+",
            "1.2.3e4",
            "1ee4",
            "1e4.5",
            "0x1e5",
            "1e999999999999",
            "1e301",
            "12",
            "E+10",
            ".5e1",
        ] {
            assert_eq!(out(cell), None, "{cell}");
        }
    }

    #[test]
    fn digits_that_are_not_in_the_cell_are_noticed() {
        let filled = |cell: &str| out(cell).map(|(_, filled, shortest)| (filled, shortest));
        assert_eq!(filled("4.67017E+10"), Some((true, false)));
        assert_eq!(filled("1.23457e+007"), Some((true, false)), "as SQL Server casts a float");
        assert_eq!(filled("1.0E7"), Some((true, true)), "as Spark writes a double");
        assert_eq!(filled("1e+05"), Some((true, true)), "as R writes it");
        assert_eq!(filled("1E+12"), Some((true, false)));
        assert_eq!(filled("4.6701740613E+10").map(|found| found.0), Some(false));
        assert_eq!(filled("0E+12").map(|found| found.0), Some(false));
        assert_eq!(filled("1e-05").map(|found| found.0), Some(false));
    }

    #[test]
    fn texts_that_a_spreadsheet_has_rounded() {
        for cell in ["4.67017E+10", "4,67017E+10", "1E+12", "-7.3E+12", "4.67017e+10"] {
            assert!(looks_rounded(cell.as_bytes()), "{cell}");
        }
        for cell in
            ["46701740613", "E+10", "CE+12", "1E10", "4.6701740613E+10", "", "1E+0", "model 3E+12", "5e-07", "1e+"]
        {
            assert!(!looks_rounded(cell.as_bytes()), "{cell}");
        }
    }
}
