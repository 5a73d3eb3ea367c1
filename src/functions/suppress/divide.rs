//! One division of time: which series are shown only for a whole stretch of time, and not by its parts.
//!
//! The same rule divides years, half-years and quarters: a part with too few answers leaves the stretch undivided,
//! and other members of the family are hidden with it, so that it cannot be derived from them
//! ([`complement`](super::complement)).

use std::collections::HashSet;

use super::Limits;
use super::complement::{Member, Verdict, verdicts};
use super::series::Series;

/// Months of a stretch, of the longer one around it (or of itself), and of its parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Division {
    pub(super) around: i64,
    pub(super) stretch: i64,
    pub(super) part: i64,
}

/// A series in a stretch of time in which it has a month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// Index of the series.
    pub(super) series: usize,
    /// Which of the stretches of its length, counted from year 0.
    pub(super) number: i64,
    /// Nothing of the series is shown.
    pub(super) is_hidden: bool,
    /// The series is shown for the whole stretch only, or not even for that.
    pub(super) is_undivided: bool,
    /// Answers in it.
    answers: i64,
    /// Answers in the shortest stretch, this one or one around it, for which the series is shown.
    shown_answers: i64,
}

/// A stretch and what is known of its parts.
struct Piece {
    stretch: Stretch,
    /// Answers in each part, in order. A part that is not over has none here: it is not judged, because it is not
    /// shown yet.
    parts: Vec<i64>,
    /// A part has too few answers, or the stretch around is undivided.
    is_small: bool,
}

/// The years of each series, hidden if they have too few answers. A single hidden year, or several with too few
/// answers together, could be derived as the total less those shown: the smallest other member of the family is
/// hidden with them.
pub(super) fn years(series: &[Series], least: i64) -> Vec<Stretch> {
    let mut years: Vec<Stretch> = Vec::new();
    for (index, one) in series.iter().enumerate() {
        years.extend(one.years().map(|number| {
            let answers = one.answers(12 * number, 12 * number + 11);
            let (is_hidden, is_undivided) = (false, false);
            Stretch { series: index, number, is_hidden, is_undivided, answers, shown_answers: answers }
        }));
    }
    years.sort_unstable_by_key(|year| order(series, year));
    for family in years.chunk_by_mut(|one, next| is_same_family(series, one, next)) {
        let small = family.partition_point(|year| year.answers < least);
        let together: i64 = family[..small].iter().map(|year| year.answers).sum();
        let is_uncovered = small == 1 || (small > 1 && together < least);
        family.iter_mut().take(small + usize::from(is_uncovered)).for_each(|year| year.is_undivided = true);
    }
    let hidden = keys(years.iter().filter(|year| year.is_undivided));
    for year in &mut years {
        year.is_hidden = year.is_undivided || of_parent(series, year, &hidden);
    }
    years
}

/// The stretches into which those `around` are divided.
pub(super) fn divide(series: &[Series], around: &[Stretch], division: Division, limits: Limits) -> Vec<Stretch> {
    let mut pieces: Vec<Piece> =
        around.iter().flat_map(|around| pieces(&series[around.series], around, division, limits)).collect();
    let small = keys(pieces.iter().filter(|piece| piece.is_small).map(|piece| &piece.stretch));
    pieces.sort_unstable_by_key(|piece| order(series, &piece.stretch));
    pieces
        .chunk_by(|one, next| is_same_family(series, &one.stretch, &next.stretch))
        .flat_map(|family| judged(series, family, &small, limits.least))
        .collect()
}

/// The stretches of `series` in the one `around`.
fn pieces(series: &Series, around: &Stretch, division: Division, limits: Limits) -> impl Iterator<Item = Piece> {
    let Division { around: whole, stretch: length, part } = division;
    let numbers = (0..whole / length).map(move |place| around.number * (whole / length) + place);
    let present = numbers.filter(move |number| series.has(number * length, (number + 1) * length - 1));
    present.map(move |number| {
        let first = number * length;
        // A month is the shortest time that is shown: it is judged from its first answer on.
        let is_judged = |last: i64| part == 1 || last <= limits.last_month;
        let answers_of =
            |first: i64| if is_judged(first + part - 1) { series.answers(first, first + part - 1) } else { 0 };
        let parts: Vec<i64> = (0..length / part).map(|place| answers_of(first + place * part)).collect();
        let answers = series.answers(first, first + length - 1);
        Piece {
            stretch: Stretch { number, answers, ..*around },
            is_small: around.is_undivided || parts.iter().any(|part| (1..limits.least).contains(part)),
            parts,
        }
    })
}

/// The pieces of a family in a stretch of time, with those that must be undivided or hidden to protect others.
fn judged<'a>(
    series: &'a [Series],
    family: &'a [Piece],
    small: &'a HashSet<(usize, i64)>,
    least: i64,
) -> impl Iterator<Item = Stretch> + 'a {
    let members: Vec<Member> = family.iter().map(|piece| member(series, piece, small)).collect();
    let verdicts = verdicts(&members, least);
    family.iter().zip(members).zip(verdicts).map(|((piece, member), verdict)| Stretch {
        is_hidden: member.is_hidden || verdict == Verdict::Hidden,
        is_undivided: member.is_undivided || verdict != Verdict::Kept,
        shown_answers: shown_answers(piece),
        ..piece.stretch
    })
}

fn member(series: &[Series], piece: &Piece, small: &HashSet<(usize, i64)>) -> Member {
    let around = &piece.stretch;
    let is_parent_small = of_parent(series, around, small);
    let is_undivided = piece.is_small || is_parent_small;
    let is_free = around.is_hidden || shown_answers(piece) > around.answers;
    let is_in_several = piece.parts.iter().filter(|part| **part > 0).count() >= 2;
    Member {
        is_undivided,
        is_hidden: around.is_hidden,
        is_open: is_undivided && (is_free || is_in_several),
        is_free,
        is_without_total: is_parent_small || series[around.series].parent.is_none(),
        parts: piece.parts.clone(),
    }
}

/// Answers in the shortest stretch for which the piece is shown. The flags of a piece are still those of the stretch
/// around it.
const fn shown_answers(piece: &Piece) -> i64 {
    if piece.stretch.is_undivided { piece.stretch.shown_answers } else { piece.stretch.answers }
}

/// Families together, the smallest member first.
fn order(series: &[Series], stretch: &Stretch) -> (Option<usize>, i64, i64, usize) {
    (series[stretch.series].family, stretch.number, stretch.answers, stretch.series)
}

fn is_same_family(series: &[Series], one: &Stretch, other: &Stretch) -> bool {
    series[one.series].family == series[other.series].family && one.number == other.number
}

fn keys<'a>(stretches: impl Iterator<Item = &'a Stretch>) -> HashSet<(usize, i64)> {
    stretches.map(|stretch| (stretch.series, stretch.number)).collect()
}

/// Whether the parent of a stretch's series is among `keys` at the same time.
fn of_parent(series: &[Series], stretch: &Stretch, keys: &HashSet<(usize, i64)>) -> bool {
    series[stretch.series].parent.is_some_and(|parent| keys.contains(&(parent, stretch.number)))
}
