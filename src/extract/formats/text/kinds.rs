//! Files with records of several types: which of them are a source's.

use std::collections::HashSet;

use super::without_mark;
use crate::config::{Located, Scalar};
use crate::source::OtherTypes;

/// What a record is to the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) enum Kind {
    /// One of its records.
    Own,
    /// It names the columns.
    Header,
    /// A record that another source reads, or that is ignored.
    Other,
    /// A record that no source reads and that is not ignored either.
    Unclaimed,
}

/// The types of a file's records.
#[derive(Clone, Debug)]
pub(in crate::extract) struct Kinds {
    own: Vec<u8>,
    header: Option<Vec<u8>>,
    others: HashSet<Vec<u8>>,
    /// Whether it is this source that rejects records of unknown types.
    rejects_unclaimed: bool,
}

impl Kinds {
    pub(in crate::extract) fn new(
        own: &Scalar,
        header: Option<&Scalar>,
        ignore: &[Located<Scalar>],
        others: &OtherTypes,
    ) -> Self {
        let text = |kind: &Scalar| kind.to_string().into_bytes();
        let claimed = others.claimed.iter().map(|kind| kind.clone().into_bytes());
        Self {
            own: text(own),
            header: header.map(text),
            others: ignore.iter().map(|kind| text(&kind.value)).chain(claimed).collect(),
            rejects_unclaimed: others.rejects_unclaimed,
        }
    }

    /// Whether records of a type of their own name the columns.
    pub(in crate::extract) fn have_header(&self) -> bool {
        self.header.is_some()
    }

    /// What a record of this type is.
    pub(in crate::extract) fn of(&self, kind: &[u8]) -> Kind {
        let kind = bare(kind);
        match kind {
            _ if kind == self.own => Kind::Own,
            _ if self.header.as_deref() == Some(kind) => Kind::Header,
            _ if !self.rejects_unclaimed || self.others.contains(kind) => Kind::Other,
            _ => Kind::Unclaimed,
        }
    }
}

/// A type without blanks around it. After the mark of a joined file, quotes are still around it.
pub(in crate::extract) fn bare(kind: &[u8]) -> &[u8] {
    let unmarked = without_mark(kind);
    let text = unmarked.trim_ascii();
    match text {
        [b'"', inner @ .., b'"'] if unmarked.len() < kind.len() => inner,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_own_header_other_or_unclaimed() {
        let text = |word: &str| Scalar::Text(word.to_owned());
        let others = OtherTypes { claimed: vec!["20".to_owned()], rejects_unclaimed: true };
        let ignore = [Located::nowhere(Scalar::Int(99))];
        let kinds = Kinds::new(&Scalar::Int(10), Some(&text("H")), &ignore, &others);
        let found = ["10", " 10 ", "H", "20", "99", "30", "", "100", "\u{FEFF}\"10\"", "\"10\""];
        let found = found.map(|kind| kinds.of(kind.as_bytes()));
        use Kind::{Header, Other, Own, Unclaimed};
        let expected = [Own, Own, Header, Other, Other, Unclaimed, Unclaimed, Unclaimed, Own, Unclaimed];
        assert_eq!(found, expected);
        let others = OtherTypes { rejects_unclaimed: false, ..others };
        assert_eq!(Kinds::new(&Scalar::Int(10), None, &ignore, &others).of(b"30"), Other);
    }
}
