//! What may follow a time: an offset from UTC in every form of ISO 8601 and RFC 3339, `GMT+1`, `UTC`, and the name of a
//! zone in brackets.

use chrono_tz::Tz;

/// Offset and zone; one of them is there.
pub(in crate::extract::rows) type Suffix = (Option<i64>, Option<Tz>);

/// `Z`, `+HH`, `+HHMM` or `+HH:MM`, in seconds: the usual forms.
pub(in crate::extract::rows) fn utc_offset(text: &[u8]) -> Option<i64> {
    if text == b"Z" {
        return Some(0);
    }
    let (is_negative, rest) = match text {
        [b'+', rest @ ..] => (false, rest),
        [b'-', rest @ ..] => (true, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [a, b] => (two(*a, *b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (two(*a, *b)?, two(*c, *d)?),
        _ => return None,
    };
    seconds(is_negative, hours, minutes, 0)
}

/// The whole text as an offset, a zone in brackets, or both. Spaces may stand before each.
pub(in crate::extract::rows) fn suffix(text: &[u8]) -> Option<Suffix> {
    let text = std::str::from_utf8(text).ok()?.trim_start_matches(is_space);
    if text.contains('/')
        && let Ok(zone) = text.parse::<Tz>()
    {
        return Some((None, Some(zone)));
    }
    // JavaScript writes the zone's name for people behind the offset, in any language: the offset says it all.
    let text =
        text.strip_suffix(')').and_then(|rest| rest.split_once('(')).map_or(text, |(offset, _)| offset.trim_end());
    let (offset, zone) = match text.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
        Some((offset, name)) => (offset.trim_end_matches(is_space), Some(name.parse::<Tz>().ok()?)),
        None => (text, None),
    };
    if offset.is_empty() {
        return zone.map(|zone| (None, Some(zone)));
    }
    Some((Some(any_offset(offset)?), zone))
}

/// The spaces that programs put between the parts of a time.
pub(in crate::extract::rows) fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

fn any_offset(text: &str) -> Option<i64> {
    let name = text.get(..3).filter(|name| ["UTC", "GMT"].iter().any(|known| name.eq_ignore_ascii_case(known)));
    let rest = match name {
        Some(_) => text[3..].trim_start_matches(is_space),
        None => text,
    };
    match (name, rest) {
        (Some(_), "") | (None, "Z" | "z") => return Some(0),
        _ => {}
    }
    let is_negative = rest.starts_with(['-', '\u{2212}']);
    let number = rest.strip_prefix(['+', '-', '\u{2212}'])?;
    let parts: Vec<&[u8]> = number.split(':').map(str::as_bytes).collect();
    let part = |text: &[u8]| match text {
        [a, b] => two(*a, *b),
        _ => None,
    };
    let hour = |text: &[u8]| match text {
        [a] => two(b'0', *a),
        _ => part(text),
    };
    let (hours, minutes, rest) = match parts.as_slice() {
        // Three digits could be 1:30 or 13:0.
        [hours] if hours.len() <= 2 => (hour(hours)?, 0, 0),
        [[a, b, c, d]] => (two(*a, *b)?, two(*c, *d)?, 0),
        [[a, b, c, d, e, f]] => (two(*a, *b)?, two(*c, *d)?, two(*e, *f)?),
        [hours, minutes] => (hour(hours)?, part(minutes)?, 0),
        [hours, minutes, seconds] => (hour(hours)?, part(minutes)?, part(seconds)?),
        _ => return None,
    };
    seconds(is_negative, hours, minutes, rest)
}

fn two(a: u8, b: u8) -> Option<i64> {
    (a.is_ascii_digit() && b.is_ascii_digit()).then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
}

fn seconds(is_negative: bool, hours: i64, minutes: i64, rest: i64) -> Option<i64> {
    let seconds = hours * 3600 + minutes * 60 + rest;
    (hours <= 18 && minutes < 60 && rest < 60).then_some(if is_negative { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_offset_is_read() {
        let table = [
            ("Z", 0),
            ("z", 0),
            ("+01", 3600),
            ("+0100", 3600),
            ("+01:00", 3600),
            (" +0100", 3600),
            ("+1", 3600),
            ("GMT+1", 3600),
            ("gmt-0230", -9000),
            ("UTC", 0),
            (" GMT", 0),
            ("UTC +5:30", 19_800),
            ("-00:00", 0),
            ("\u{2212}03", -10_800),
            ("+01:12:12", 4332),
            ("+011212", 4332),
            ("\u{A0}-08:00", -28_800),
        ];
        for (text, expected) in table {
            assert_eq!(suffix(text.as_bytes()), Some((Some(expected), None)), "{text}");
            if let Some(usual) = utc_offset(text.as_bytes()) {
                assert_eq!(usual, expected, "{text}");
            }
        }
        for wrong in
            ["", " ", "+", "+130", "+19:00", "+01:60", "+1:0", "CET", "GMTX", "+01:00x", "+a", "[Mars/Base]", "01:00"]
        {
            assert_eq!(suffix(wrong.as_bytes()), None, "{wrong}");
        }
        let stockholm = Some(chrono_tz::Europe::Stockholm);
        assert_eq!(suffix(b"+01:00[Europe/Stockholm]"), Some((Some(3600), stockholm)));
        assert_eq!(suffix(b" [Europe/Stockholm]"), Some((None, stockholm)));
        assert_eq!(suffix(b" Europe/Stockholm"), Some((None, stockholm)));
        assert_eq!(suffix(b" GMT+0100 (Central European Standard Time)"), Some((Some(3600), None)));
        for wrong in ["(CET)", "Europe/Atlantis", "CET", "+01:00 (CET", "CEST (Sweden)"] {
            assert_eq!(suffix(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
