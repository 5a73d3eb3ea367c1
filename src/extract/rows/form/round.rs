//! Rounds numbers by their decimal text: half away from zero, so that 0.125 is 0.13 and -0.125 is -0.13, however many
//! digits a float has left behind.

/// A number of digits and a point, rounded to so many digits after the point; `None` if it has no more than those.
pub(super) fn rounded(number: &[u8], digits: u8) -> Option<Vec<u8>> {
    let point = number.iter().position(|byte| *byte == b'.')?;
    let (kept, beyond) = number.split_at_checked(point + 1 + usize::from(digits))?;
    if beyond.iter().all(|digit| *digit == b'0') {
        return None;
    }
    let (sign, kept) = match kept {
        [b'-', kept @ ..] => (&b"-"[..], kept),
        _ => (&b""[..], kept),
    };
    let mut text = kept.to_vec();
    if beyond.first().is_some_and(|digit| *digit >= b'5') {
        carry(&mut text);
    }
    if text.last() == Some(&b'.') {
        text.pop();
    }
    if matches!(text.first(), None | Some(b'.')) {
        text.insert(0, b'0');
    }
    // A minus before zero is not a value of its own.
    let is_zero = text.iter().all(|byte| matches!(byte, b'0' | b'.'));
    Some(if is_zero { text } else { [sign, &text].concat() })
}

/// Adds one to the last digit.
fn carry(text: &mut Vec<u8>) {
    for byte in text.iter_mut().rev().filter(|byte| **byte != b'.') {
        if *byte < b'9' {
            *byte += 1;
            return;
        }
        *byte = b'0';
    }
    text.insert(0, b'1');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_half_away_from_zero() {
        for (number, digits, text) in [
            ("0.30000000000000004", 2, "0.30"),
            ("434.99999999999994", 2, "435.00"),
            ("3.3000000000000003", 2, "3.30"),
            ("0.125", 2, "0.13"),
            ("-0.125", 2, "-0.13"),
            ("0.1249999", 2, "0.12"),
            ("-0.005", 2, "-0.01"),
            ("-0.0049", 2, "0.00"),
            ("9.995", 2, "10.00"),
            ("99.5", 0, "100"),
            ("-0.4", 0, "0"),
            (".5", 0, "1"),
            (".004", 2, "0.00"),
            (".995", 2, "1.00"),
            ("0.00001", 2, "0.00"),
            ("999999999.999", 2, "1000000000.00"),
            ("1.005", 2, "1.01"),
        ] {
            let found = rounded(number.as_bytes(), digits).map(|text| String::from_utf8(text).unwrap());
            assert_eq!(found.as_deref(), Some(text), "{number}");
        }
    }

    #[test]
    fn numbers_without_more_digits_are_left_alone() {
        for number in ["1", "1.2", "1.25", "1.2500000", "", ".", "-", "7.", "12.00"] {
            assert_eq!(rounded(number.as_bytes(), 2), None, "{number}");
        }
    }
}
