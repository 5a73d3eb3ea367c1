//! The quoting rules, written out byte by byte: chunker, walk, splitter and the detection of dialects agree with them on
//! any text, cut anywhere.

use super::{
    chunker::Chunker,
    dialect::Dialect,
    header::HeaderError,
    split::{FaultKind, Tokenizer, field_count, record_end},
    walk::{Walk, Walked},
};
use crate::extract::frame::{RowTable, unquote};
use crate::extract::random::Random;

/// A record's start and the texts of its fields; none of a faulty one, which costs its first line.
pub(crate) type Record = (usize, Option<Vec<Vec<u8>>>);

/// Runs a check on random texts in random dialects.
pub(crate) fn for_random_texts(mut check: impl FnMut(&Dialect, &[u8], &mut dyn FnMut(usize) -> usize)) {
    let mut random = Random(0x5EED_0F0F_1357_9BDF);
    // The signs `§` and `¢` begin with the same byte.
    let pieces = [
        "a",
        "b",
        ",",
        ",",
        "§",
        "§",
        "¢",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\"",
        "\"\"",
        "\"x\"",
        ",\"",
        "\",",
        "§\"",
        "\"§",
        "'",
        "\\",
        "\\",
        "#",
        "\n#",
        "€",
        "\n\u{FEFF}",
        "\u{FEFF}",
    ];
    for _ in 0..6000 {
        let quote = [Some(b'"'), Some(b'"'), Some(b'\''), None][random.below(4)];
        let escape = [None, Some(b'\\')][random.below(2)];
        let dialect = Dialect {
            newlines_in_values: random.below(2) > 0,
            comment: [None, Some(b'#')][random.below(2)],
            header: false,
            ..Dialect::default()
        };
        let dialect = dialect.with_signs([',', '§'][random.below(2)], quote, escape);
        let size = 1 + random.below(100);
        let text = random.text(size, &pieces);
        check(&dialect, &text, &mut |n| random.below(n));
    }
}

/// The length of the byte order marks at the start of a text.
pub(crate) fn marks(data: &[u8]) -> usize {
    data.chunks(3).take_while(|bytes| *bytes == "\u{FEFF}".as_bytes()).count() * 3
}

/// Reads a text as the rules say, without any search.
pub(crate) fn by_the_rules(dialect: &Dialect, data: &[u8]) -> Vec<Record> {
    let (mut records, mut start) = (Vec::new(), 0);
    while start < data.len() {
        start += marks(&data[start..]);
        let line = data[start..].iter().position(|byte| *byte == b'\n').map_or(data.len(), |at| start + at);
        let is_comment = dialect.comment.is_some() && data.get(start).copied() == dialect.comment;
        let mut end = line;
        if !is_comment && !matches!(&data[start..line], b"" | b"\r") {
            let spans_lines = dialect.spans_lines();
            let fields = fields(dialect, &data[start..if spans_lines { data.len() } else { line }]);
            end = fields.as_ref().map_or(line, |(_, size)| if spans_lines { start + size } else { line });
            records.push((start, fields.map(|(fields, _)| fields)));
        }
        start = end + 1;
    }
    records
}

/// The fields of the first record, and its size.
fn fields(dialect: &Dialect, data: &[u8]) -> Option<(Vec<Vec<u8>>, usize)> {
    let (signs, mut delimiter) = (dialect.signs(), [0; 4]);
    let delimiter = signs.delimiter.encode_utf8(&mut delimiter).as_bytes();
    let (mut fields, mut text, mut at) = (Vec::new(), Vec::new(), 0);
    let (mut starts, mut open) = (true, false);
    loop {
        let rest = &data[at..];
        let quote = signs.quote.is_some() && rest.first().copied() == signs.quote;
        let may_end = matches!(rest, [] | [b'\n' | b'\r', ..]) || rest.starts_with(delimiter);
        if open && rest.is_empty() {
            return None;
        } else if quote && open && rest.get(1).copied() == signs.quote {
            text.push(rest[0]);
            at += 2;
        } else if quote && (open || starts) {
            open = !open;
            at += 1;
            let next = &data[at..];
            if !open && !matches!(next, [] | [b'\n' | b'\r', ..]) && !next.starts_with(delimiter) {
                return None;
            }
        } else if !open && may_end && rest.starts_with(delimiter) {
            fields.push(std::mem::take(&mut text));
            at += delimiter.len();
            starts = true;
            continue;
        } else if !open && matches!(rest, [] | [b'\r'] | [b'\n', ..] | [b'\r', b'\n', ..]) {
            fields.push(text);
            return Some((fields, at + usize::from(rest.first() == Some(&b'\r'))));
        } else if signs.escape.is_some() && rest.first().copied() == signs.escape {
            let next = String::from_utf8_lossy(&rest[1..]);
            let taken = match next.chars().next() {
                _ if next.starts_with("\r\n") => 2,
                None => 0,
                // The rest of a line whose newline is cut off.
                Some('\r') if !dialect.spans_lines() && next.len() == 1 => 0,
                Some(next) => next.len_utf8(),
            };
            text.extend_from_slice(if taken == 0 { &rest[..1] } else { &rest[1..=taken] });
            at += 1 + taken;
        } else {
            text.push(rest[0]);
            at += 1;
        }
        starts = false;
    }
}

/// Reads a text with the walk.
fn by_walk(dialect: &Dialect, data: &[u8]) -> Vec<Record> {
    let walk = Walk::new(dialect);
    let (mut records, mut start) = (Vec::new(), 0);
    while start < data.len() {
        let mut fields = Vec::new();
        let end = match walk.record(data, start, true, |_, field| fields.push(field.to_vec())) {
            Walked::NoRecord { end } => end,
            Walked::Record { end } => {
                records.push((walk.after_mark(data, start), Some(fields)));
                end
            }
            Walked::Unclosed | Walked::Misplaced { .. } => {
                records.push((walk.after_mark(data, start), None));
                data[start..].iter().position(|byte| *byte == b'\n').map_or(data.len(), |at| start + at)
            }
            Walked::Incomplete => panic!("the data are complete"),
        };
        start = end + 1;
    }
    records
}

#[test]
fn the_walk_follows_the_rules() {
    for_random_texts(|dialect, data, _| {
        let text = String::from_utf8_lossy(data);
        assert_eq!(by_walk(dialect, data), by_the_rules(dialect, data), "{dialect:?} {text:?}");
    });
}

#[test]
fn a_walk_through_the_first_bytes_waits_or_is_right() {
    for_random_texts(|dialect, data, _| {
        let walk = Walk::new(dialect);
        let mut whole = Vec::new();
        let of_whole = walk.record(data, 0, true, |_, field| whole.push(field.to_vec()));
        for cut in 0..data.len() {
            let mut fields = Vec::new();
            let walked = walk.record(&data[..cut], 0, false, |_, field| fields.push(field.to_vec()));
            if walked != Walked::Incomplete {
                assert_eq!((walked, &fields), (of_whole, &whole), "{dialect:?} {:?}", String::from_utf8_lossy(data));
            }
        }
    });
}

#[test]
fn the_chunker_follows_the_rules_at_any_cut() {
    for_random_texts(|dialect, data, below| {
        let mut chunker = Chunker::new(Dialect { chunk_size: 1 + below(40), ..*dialect });
        let block = 1 + below(data.len());
        let mut chunks: Vec<_> = data.chunks(block).flat_map(|block| chunker.push(block)).collect();
        chunks.extend(chunker.finish());
        let mut found = Vec::new();
        for chunk in chunks {
            let offset = usize::try_from(chunk.byte_offset).unwrap();
            match chunk.fault {
                Some(_) => found.push((offset, None)),
                None => found.extend(
                    by_the_rules(dialect, &chunk.data).into_iter().map(|(start, fields)| (offset + start, fields)),
                ),
            }
        }
        let text = String::from_utf8_lossy(data);
        assert_eq!(found, by_the_rules(dialect, data), "{dialect:?} {text:?} blocks of {block}");
    });
}

#[test]
fn the_splitter_follows_the_rules() {
    for_random_texts(|dialect, data, below| {
        if dialect.foreign.is_some() {
            return;
        }
        let text = String::from_utf8_lossy(data);
        let (width, page) = (1 + below(4), 1 + below(5));
        // The table has the fields of records of this width only.
        let (mut records, mut others) = (Vec::new(), Vec::new());
        for (start, fields) in by_the_rules(dialect, data) {
            let (end, closed) = record_end(data, start, dialect);
            assert_eq!(closed, fields.is_some(), "{dialect:?} {text:?}");
            match fields {
                Some(fields) => {
                    assert_eq!(field_count(&data[start..end], dialect), Some(fields.len()), "{dialect:?} {text:?}");
                    let record = data[start..end].strip_suffix(b"\r").unwrap_or(&data[start..end]);
                    let is_quoted = dialect.signs().quote == Some(record[0]);
                    if fields.len() == width && width == 1 && !is_quoted && record.contains(&b'\r') {
                        others.push((start, FaultKind::LoneReturn));
                    } else if fields.len() == width {
                        records.push((start, fields));
                    } else {
                        others.push((start, FaultKind::FieldCount { found: fields.len() }));
                    }
                }
                None => others.push((start, FaultKind::UnclosedQuote)),
            }
        }
        let (mut found, mut faults, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
        let (mut table, mut tokenizer) = (RowTable::default(), Tokenizer::new(*dialect, width, data));
        while !tokenizer.is_done(data) {
            tokenizer.fill(data, page, &mut table);
            for row in table.rows() {
                let cell = |pair: &[u32]| &data[pair[0] as usize..pair[1] as usize - 1];
                let fields = row.windows(2).map(|pair| unquote(cell(pair), dialect.quote, &mut scratch).to_vec());
                found.push((row[0] as usize, fields.collect()));
            }
            faults.extend(tokenizer.faults.iter().map(|fault| (fault.start, fault.kind)));
        }
        assert_eq!((found, faults), (records, others), "{dialect:?} {text:?} width {width}");
    });
}

#[test]
fn a_header_with_a_misplaced_quote_is_not_too_long() {
    for escape in [None, Some(b'\\')] {
        let dialect = Dialect { max_record: 20, ..Dialect::default() }.with_signs(',', Some(b'"'), escape);
        let mut chunker = Chunker::new(dialect);
        let file = format!("id,\"na\"me\n{}", "1,a\n".repeat(20));
        chunker.push(file.as_bytes());
        chunker.finish();
        assert_eq!(chunker.header(), Some(Err(HeaderError::UnclosedQuote)));
    }
}
