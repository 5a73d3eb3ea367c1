//! Which lines of a file of fixed width are records: by their text, and by their type.

use std::ops::Range;

use super::shape::characters;
use crate::config::FixedWidthFormat;
use crate::extract::formats::text::{Kind, Kinds, Patterns, bare};
use crate::extract::frame::{FileLines, Origin, quoted_cell};
use crate::source::OtherTypes;

/// Which lines are records.
#[derive(Clone, Debug, Default)]
pub(super) struct Sieve {
    patterns: Patterns,
    /// The characters with the type of a line, and the types.
    kinds: Option<(Range<usize>, Kinds)>,
}

impl Sieve {
    /// `None` if a pattern is not a regular expression.
    pub(super) fn new(declared: &FixedWidthFormat, others: &OtherTypes) -> Option<Self> {
        let kinds = declared.record_type.as_ref().map(|line| {
            let start = (line.start.value as usize).saturating_sub(1);
            let kinds = Kinds::new(&line.value.value, None, &line.ignore, others);
            (start..start + line.width.value as usize, kinds)
        });
        Some(Self { patterns: Patterns::new(&declared.ignore_lines, declared.total_line.as_ref())?, kinds })
    }

    /// The same for lines none of which is left out for its text.
    pub(super) fn of_lines(&self) -> Self {
        Self { patterns: Patterns::default(), kinds: self.kinds.clone() }
    }

    /// Whether a line is a record of the source. Counts it if it is not.
    pub(super) fn sift(&self, line: &[u8], origin: &Origin, counts: &mut FileLines) -> Sifted {
        if let Some(why) = self.patterns.matching(line) {
            counts.leave_out(why, origin.line, line);
            return Sifted::NoRecord;
        }
        let sifted = self.by_kind(line, counts);
        if self.patterns.has_total() && !matches!(sifted, Sifted::NoRecord) {
            counts.totals.last_record = origin.line;
        }
        sifted
    }

    /// Whether a line with the type of this one is a record.
    fn by_kind(&self, line: &[u8], counts: &mut FileLines) -> Sifted {
        let Some((range, kinds)) = &self.kinds else { return Sifted::Record };
        let kind = characters(line, range.clone());
        match kinds.of(kind) {
            Kind::Own => Sifted::Record,
            Kind::Header | Kind::Other => {
                counts.leave_to_others(bare(kind));
                Sifted::NoRecord
            }
            Kind::Unclaimed => Sifted::Fault(format!(
                "no source reads lines of the type {}, and no list `ignore` has it",
                quoted_cell(bare(kind))
            )),
        }
    }
}

/// What a line turns out to be.
pub(super) enum Sifted {
    Record,
    NoRecord,
    /// A record of an unknown type, and why it is rejected.
    Fault(String),
}
