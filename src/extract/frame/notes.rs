//! What a reader met in a file that is not the fault of a row: bytes that are not data and were left out, and text that is
//! probably another than it was read as.

/// One kind of it, in a piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub kind: NoteKind,
    /// How often it was met.
    pub count: u64,
    /// The line of the first.
    pub line: u64,
}

impl Note {
    /// Counts a thing that was met.
    pub fn count(kind: NoteKind, line: u64, notes: &mut Vec<Self>) {
        match notes.iter_mut().find(|note| note.kind == kind) {
            Some(note) => note.count += 1,
            None => notes.push(Self { kind, count: 1, line }),
        }
    }
}

/// What a reader may meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// A byte order mark at the start of a record.
    ByteOrderMark,
    /// Lines that mark the end of the data, as `\.` does in PostgreSQL.
    EndOfData,
    /// Values in which an escape stands before a letter that databases give a meaning, and this file has none.
    EscapedLetter,
    /// Bytes 1A after the last record.
    DosEnd,
    /// NUL bytes after the last record.
    NulEnd,
    /// Bytes that are control characters of the declared encoding.
    ControlCharacters,
    /// Text of a single-byte encoding that is valid UTF-8.
    LooksLikeUtf8,
    /// Records of fixed width with NUL bytes at their end.
    NulPadding,
    /// Rows of a sheet with cells in columns that have no name.
    NamelessCells,
    /// Lines of JSON with a comma behind the object.
    TrailingComma,
}

impl NoteKind {
    /// Its name in run_results.json.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "byte_order_mark",
            Self::EndOfData => "end_of_data",
            Self::EscapedLetter => "escaped_letter",
            Self::DosEnd => "dos_end_of_file",
            Self::NulEnd => "nul_end_of_file",
            Self::ControlCharacters => "control_characters",
            Self::LooksLikeUtf8 => "looks_like_utf8",
            Self::NulPadding => "nul_padding",
            Self::NamelessCells => "nameless_cells",
            Self::TrailingComma => "trailing_comma",
        }
    }

    /// What is counted, one of it.
    pub fn thing(self) -> &'static str {
        match self {
            Self::ByteOrderMark | Self::NulPadding => "record",
            Self::EndOfData | Self::TrailingComma => "line",
            Self::NamelessCells => "row",
            Self::EscapedLetter => "value",
            Self::DosEnd => "DOS end mark",
            Self::ControlCharacters => "control character",
            Self::LooksLikeUtf8 => "character",
            Self::NulEnd => "NUL byte",
        }
    }

    /// What became of it, as text that follows the number of things.
    pub fn outcome(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "after a byte order mark, which was left out (were files joined?)",
            Self::EndOfData => r"with \. alone, left out as the end of the data",
            Self::EscapedLetter => {
                r"with an escape before a letter such as n or t, read as the letter: if a database wrote the file, set escape: { mysql: {} } or { postgresql: {} }"
            }
            Self::DosEnd => "(byte 1A) after the last record, left out",
            Self::NulEnd => "after the last record, left out as padding",
            Self::ControlCharacters => {
                "between 80 and 9F, which text does not contain: is the encoding windows-1252, macintosh or cp850?"
            }
            Self::LooksLikeUtf8 => "beyond ASCII, all of them valid UTF-8: is the encoding utf-8?",
            Self::NulPadding => "with NUL bytes at the end, left out as padding",
            Self::NamelessCells => "with cells in columns that the header does not name, which are not read",
            Self::TrailingComma => {
                "with a comma behind the object, read without it (was a JSON document cut into lines?)"
            }
        }
    }
}
