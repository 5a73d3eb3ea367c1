//! Dumps of databases: `\N` for NULL, and a backslash before what would be read otherwise.

/// Whether values begin and end with a quote.
fn has_quoted_values(head: &[u8]) -> bool {
    let is_border = |byte: Option<&u8>| byte.is_none_or(|byte| b"\t\r\n,;|".contains(byte));
    let quotes = || memchr::memchr_iter(b'"', head);
    let begin = quotes().filter(|at| is_border(at.checked_sub(1).and_then(|at| head.get(at)))).count();
    let end = quotes().filter(|at| is_border(head.get(at + 1))).count();
    // The last value may be cut off.
    begin > 0 && begin.abs_diff(end) <= 1
}

/// The database that wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Database {
    /// `SELECT … INTO OUTFILE` of MySQL: real tabs and line ends after a backslash.
    MySql,
    /// `COPY` of PostgreSQL: letters for them.
    PostgreSql,
}

const NULL: &[u8] = b"\\N";
/// The line that ends the data of PostgreSQL.
pub(super) const END: &[u8] = b"\\.";

impl Database {
    /// The database whose dump begins so: some value is NULL, and backslashes are as it writes them.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let borders = b"\t\r\n,;|\"";
        let is_border = |byte: Option<&u8>| byte.is_none_or(|byte| borders.contains(byte));
        let nulls = memchr::memmem::find_iter(head, NULL)
            .filter(|at| is_border(at.checked_sub(1).and_then(|at| head.get(at))) && is_border(head.get(at + 2)));
        if nulls.count() == 0 {
            return None;
        }
        let after = |wanted: &[u8]| {
            head.windows(3).filter(|three| three[0] != b'\\' && three[1] == b'\\' && wanted.contains(&three[2])).count()
        };
        let (signs, letters) = (after(b"\t\r\n\"0Z"), after(b"tnrbfv"));
        if signs > letters {
            return Some(Self::MySql);
        }
        // PostgreSQL has no quotes: values between them were written by something else, with \N as a word for NULL.
        (!has_quoted_values(head)).then_some(Self::PostgreSql)
    }

    /// Its name in YAML.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::PostgreSql => "postgresql",
        }
    }

    /// Appends the text of a field; nothing if it is NULL.
    pub(super) fn push_text(self, field: &[u8], quote: Option<u8>, out: &mut Vec<u8>) {
        let bare = match (field, quote) {
            ([first, inner @ .., last], Some(quote)) if *first == quote && *last == quote => inner,
            _ => field,
        };
        if bare == NULL {
            return;
        }
        let mut bytes = bare.iter();
        while let Some(byte) = bytes.next() {
            let escaped = (*byte == b'\\').then(|| bytes.next()).flatten();
            out.push(match escaped {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(other) => *other,
                None => *byte,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_known_by_its_nulls_and_backslashes() {
        assert_eq!(Database::of(b"1\t\\N\tone\\\ttwo\n"), Some(Database::MySql));
        assert_eq!(Database::of(b"1\t\\N\tone\\ttwo\n"), Some(Database::PostgreSql));
        assert_eq!(Database::of(b"C:\\New\tfolder\n"), None);
        assert_eq!(Database::of(b"a\tb\n"), None);
        assert_eq!(Database::of(b"1,\\N,\"a, b\"\n2,\"c\",\"d\"\n"), None);
    }

    #[test]
    fn null_is_no_text_and_the_letter_n_is_one() {
        let text = |field: &[u8]| {
            let mut out = Vec::new();
            Database::MySql.push_text(field, Some(b'"'), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(b"\\N"), "");
        assert_eq!(text(b"\"\\N\""), "");
        assert_eq!(text(b"N"), "N");
        assert_eq!(text(b"a\\tb\\\\"), "a\tb\\");
    }
}
