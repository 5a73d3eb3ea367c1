//! Which figures of a family are hidden to protect those that must be hidden: secondary (complementary) suppression.
//!
//! A family is a set of figures that add up to a total that readers know, for a stretch of time that is divided into
//! parts (the halves of a year, the quarters of a half, the months of a quarter). A member whose parts have too few
//! answers is shown for the whole stretch only. It must not be possible to derive its parts from the totals of the
//! parts less the members shown. On the problem: Cox, "Suppression Methodology and Statistical Disclosure Control",
//! JASA 75(370), 1980.

/// A figure of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// It is shown for the whole stretch only, or not even for that.
    pub(super) is_undivided: bool,
    /// It is not shown at all.
    pub(super) is_hidden: bool,
    /// Readers do not know its parts and cannot derive them from what is shown of it: it is an unknown.
    pub(super) is_open: bool,
    /// Nothing is shown of it for exactly this stretch, so that its parts are independent.
    pub(super) is_free: bool,
    /// Readers do not know the family's total either.
    pub(super) is_without_total: bool,
    /// Answers in each part.
    pub(super) parts: Vec<i64>,
}

/// What happens to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It stays as it is.
    Kept,
    /// It is hidden to protect others: shown for the whole stretch only.
    Undivided,
    /// No member can protect the others: nothing of the family is shown.
    Hidden,
}

/// The verdict on each member of a family, with the members in the order in which they are chosen to protect others.
/// `least` is how many answers hidden figures must have together.
pub(super) fn verdicts(members: &[Member], least: i64) -> Vec<Verdict> {
    if is_safe(members, least) {
        return vec![Verdict::Kept; members.len()];
    }
    let times = times(members);
    // A member protects others if it has answers in every part in which the family has any.
    let covers = |member: &Member| times.iter().all(|part| at(member, *part) > 0);
    let open_covers = members.iter().filter(|member| member.is_open && covers(member)).count();
    let needed = 2_usize.saturating_sub(open_covers).max(1);
    let is_candidate = |member: &Member| !member.is_undivided && covers(member);
    if members.iter().filter(|member| is_candidate(member)).count() < needed {
        return vec![Verdict::Hidden; members.len()];
    }
    let mut chosen = 0;
    members
        .iter()
        .map(|member| {
            let is_chosen = is_candidate(member) && chosen < needed;
            chosen += usize::from(is_chosen);
            if is_chosen { Verdict::Undivided } else { Verdict::Kept }
        })
        .collect()
}

/// Whether no hidden figure can be derived from what is shown: in each part two unknowns or more with enough answers
/// together, and the parts tied to one another by two unknowns each, or each to the time around it by two unknowns
/// that are free there. Then every unknown is on a cycle of unknowns, and the totals do not determine any of them.
fn is_safe(members: &[Member], least: i64) -> bool {
    let all = |holds: fn(&Member) -> bool| members.iter().all(holds);
    if all(|member| !member.is_undivided)
        || all(|member| member.is_hidden)
        || members.iter().any(|member| member.is_without_total)
    {
        return true;
    }
    let unknowns: Vec<&Member> = members.iter().filter(|member| member.is_open).collect();
    let open: Vec<usize> =
        times(members).into_iter().filter(|part| unknowns.iter().any(|unknown| at(unknown, *part) > 0)).collect();
    let with = |part: usize| unknowns.iter().copied().filter(move |unknown| at(unknown, part) > 0);
    let is_enough =
        |part: usize| with(part).count() >= 2 && with(part).map(|unknown| at(unknown, part)).sum::<i64>() >= least;
    let is_tied = |one: usize, other: usize| with(one).filter(|unknown| at(unknown, other) > 0).count() >= 2;
    let ties: usize = pairs(&open).filter(|(one, other)| is_tied(*one, *other)).count();
    let frees = unknowns.iter().filter(|unknown| unknown.is_free).count();
    let are_tied = frees != 1 && ties + 1 >= open.len();
    let are_free = open.iter().all(|part| with(*part).filter(|unknown| unknown.is_free).count() >= 2);
    open.iter().all(|part| is_enough(*part)) && (are_tied || are_free)
}

/// The parts in which the family has answers.
fn times(members: &[Member]) -> Vec<usize> {
    let parts = members.iter().map(|member| member.parts.len()).max().unwrap_or(0);
    (0..parts).filter(|part| members.iter().any(|member| at(member, *part) > 0)).collect()
}

fn at(member: &Member, part: usize) -> i64 {
    member.parts.get(part).copied().unwrap_or(0)
}

fn pairs(parts: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    parts.iter().enumerate().flat_map(|(index, one)| parts.iter().skip(index + 1).map(|other| (*one, *other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(parts: &[i64]) -> Member {
        Member {
            is_undivided: false,
            is_hidden: false,
            is_open: false,
            is_free: false,
            is_without_total: false,
            parts: parts.to_vec(),
        }
    }

    fn undivided(parts: &[i64]) -> Member {
        Member { is_undivided: true, is_open: parts.iter().filter(|part| **part > 0).count() >= 2, ..shown(parts) }
    }

    #[test]
    fn with_nothing_hidden_all_are_kept() {
        assert_eq!(verdicts(&[shown(&[9, 9]), shown(&[5, 7])], 5), [Verdict::Kept; 2]);
    }

    #[test]
    fn the_first_that_covers_goes_with_one_that_is_alone() {
        let family = [undivided(&[3, 9]), shown(&[9, 0]), shown(&[9, 9]), shown(&[20, 20])];
        assert_eq!(verdicts(&family, 5), [Verdict::Kept, Verdict::Kept, Verdict::Undivided, Verdict::Kept]);
    }

    #[test]
    fn two_that_hide_one_another_are_enough() {
        let family = [undivided(&[3, 9]), undivided(&[4, 8]), shown(&[9, 9])];
        assert_eq!(verdicts(&family, 5), [Verdict::Kept; 3]);
    }

    #[test]
    fn two_with_too_few_answers_together_take_one_more() {
        let family = [undivided(&[2, 9]), undivided(&[2, 8]), shown(&[9, 9])];
        assert_eq!(verdicts(&family, 5), [Verdict::Kept, Verdict::Kept, Verdict::Undivided]);
    }

    #[test]
    fn where_no_member_covers_the_family_is_hidden() {
        let family = [undivided(&[3, 9]), shown(&[9, 0])];
        assert_eq!(verdicts(&family, 5), [Verdict::Hidden; 2]);
    }

    #[test]
    fn without_a_total_nothing_follows() {
        let alone = Member { is_without_total: true, ..undivided(&[3, 9]) };
        assert_eq!(verdicts(&[alone, shown(&[9, 9])], 5), [Verdict::Kept; 2]);
    }

    #[test]
    fn three_parts_must_hang_together() {
        let one = [undivided(&[3, 3, 0]), undivided(&[3, 3, 0]), undivided(&[3, 0, 9]), undivided(&[0, 3, 9])];
        let covering = shown(&[9, 9, 9]);
        let family: Vec<Member> = one.into_iter().chain([covering.clone(), covering]).collect();
        // Two ties would be needed; the third part is tied to each of the others by one member only.
        let found = verdicts(&family, 5);
        assert_eq!(found.iter().filter(|verdict| **verdict == Verdict::Undivided).count(), 2);
    }
}
