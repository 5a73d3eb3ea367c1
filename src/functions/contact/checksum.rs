//! Check digits.

/// Luhn's formula (ISO/IEC 7812-1, annex B) over digits of which the last is the check digit.
pub(super) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(byte, weight)| value(byte) * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// Whether the weighted sum of the digits is a multiple of 11. Digits without a weight do not count.
pub(super) fn mod_11(digits: &str, weights: &[u32]) -> bool {
    let sum: u32 = digits.bytes().zip(weights).map(|(byte, weight)| value(byte) * weight).sum();
    sum.is_multiple_of(11)
}

fn value(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        // The example of ISO/IEC 7812-1, and one with its check digit changed.
        assert!(luhn("79927398713") && !luhn("79927398714"));
        assert!(mod_11("13585628", &[2, 7, 6, 5, 4, 3, 2, 1]));
        assert!(!mod_11("13585627", &[2, 7, 6, 5, 4, 3, 2, 1]));
    }
}
