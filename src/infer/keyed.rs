//! The key of a source, and the delivery of its files: what makes rows replace others, and so is asked for.

use super::draft::{DeliveryDraft, SourceDraft};
use super::group::{Group, days_in_names};
use super::keys::{Candidate, State};
use super::moments::is_timely;
use super::personal::is_shared;
use super::profile::Profile;
use crate::source::ColumnType;
use crate::words::{counted, rows_shown};

/// With fewer rows than this, no key is inferred.
const LEAST_ROWS: u64 = 10;

/// Declares the key: columns that distinguish all rows, none of which is equal to another.
pub(super) fn key(draft: &mut SourceDraft, profile: &Profile) {
    if profile.rows < LEAST_ROWS {
        return;
    }
    let keyable = |at: &usize| {
        let column = &draft.columns[*at];
        column.required
            && matches!(column.ty, ColumnType::String | ColumnType::Int | ColumnType::Date | ColumnType::Timestamp)
    };
    let holding: Vec<_> = profile
        .keys
        .candidates()
        .filter(|candidate| candidate.state == State::Holds && candidate.columns.iter().all(keyable))
        .collect();
    let named = |at: &usize| is_named_like_an_id(&draft.columns[*at].name);
    let is_day = |at: &usize| matches!(draft.columns[*at].ty, ColumnType::Date | ColumnType::Timestamp);
    // Identifiers come before a first column that happens to differ in every row. A day that does is not a key: another
    // row of the day would replace the first one.
    let rank = |candidate: &Candidate| match candidate.columns.as_slice() {
        [one] if named(one) && !is_day(one) => Some(0),
        // People share names, and many live at one address.
        [0] if !is_day(&0) && !is_timely(&draft.columns[0].name) && !is_shared(&draft.columns[0].name) => Some(1),
        // Two columns are a key if one looks like an identifier; a time that happens to differ does not count.
        [a, b]
            if (named(a) || named(b))
                && [a, b].iter().all(|at| {
                    !matches!(draft.columns[**at].ty, ColumnType::Timestamp) && !draft.columns[**at].personal
                }) =>
        {
            Some(2)
        }
        _ => None,
    };
    let names = |columns: &[usize]| columns.iter().map(|at| draft.columns[*at].name.clone()).collect::<Vec<_>>();
    let ranked = holding.iter().copied().filter_map(|candidate| Some((rank(candidate)?, candidate)));
    let best = ranked.min_by_key(|(rank, _)| *rank).map(|(_, best)| best);
    // With a key, equal rows would count once.
    if let Some(best) = best.filter(|best| best.equal > 0) {
        draft.key_comment = format!(
            "no key: all different rows differ in {}, but {} to another: with this key they would count once. DECIDE: are \
             they copies, or facts of their own?",
            names(&best.columns).join(", "),
            if best.equal == 1 {
                "1 row is equal".to_owned()
            } else {
                format!("{} rows are equal", rows_shown(best.equal))
            }
        );
        return;
    }
    let Some(best) = best else {
        let unchecked = profile.keys.candidates().filter(|candidate| candidate.state == State::Unchecked);
        let unchecked: Vec<String> = unchecked
            .filter(|candidate| candidate.columns.len() == 1)
            .flat_map(|candidate| names(&candidate.columns))
            .collect();
        let unique = holding.iter().filter(|candidate| candidate.columns.len() == 1);
        let unique: Vec<String> = unique.flat_map(|candidate| names(&candidate.columns)).collect();
        if !unchecked.is_empty() {
            draft.key_comment = format!("too many values to check for uniqueness: {}", unchecked.join(", "));
        } else if !unique.is_empty() {
            draft.key_comment = format!("no key: unique so far are {}; declare one that always is", unique.join(", "));
        }
        return;
    };
    let repeated: u64 = best.repeated.iter().sum();
    let evidence = if repeated > 0 {
        format!("unique within each file; {} with a value of an earlier file", counted(repeated, "row"))
    } else {
        format!("unique in all {}", counted(profile.rows, "row"))
    };
    let others: Vec<String> = holding
        .iter()
        .filter(|other| other.columns.len() == 1 && other.columns != best.columns)
        .flat_map(|other| names(&other.columns))
        .collect();
    let rest = if others.is_empty() {
        String::new()
    } else {
        format!("; also unique so far: {} (declare unique: true if required)", others.join(", "))
    };
    draft.key_comment = format!("{evidence}{rest}");
    draft.key = names(&best.columns);
}

/// Whether a name is that of a number or code of something: not of a time, `tid` in Swedish, and not `paid`.
fn is_named_like_an_id(name: &str) -> bool {
    const WORDS: [&str; 11] = ["id", "no", "nr", "number", "nummer", "key", "code", "kod", "uuid", "guid", "tunnus"];
    const OTHERS: [&str; 12] =
        ["tid", "paid", "unpaid", "prepaid", "valid", "invalid", "void", "bid", "kid", "said", "starttid", "sluttid"];
    let ends = |word: &str| ["id", "nr", "nummer"].iter().any(|end| word.ends_with(end)) && !OTHERS.contains(&word);
    name.split('_').any(|word| WORDS.contains(&word)) || name.rsplit('_').next().is_some_and(ends)
}

/// Whether values of the key appear in more than one file.
pub(super) fn repeats_key(profile: &Profile, draft: &SourceDraft) -> bool {
    candidate_of(profile, draft).is_some_and(|key| key.repeated.iter().sum::<u64>() > 0)
}

fn candidate_of<'a>(profile: &'a Profile, draft: &SourceDraft) -> Option<&'a Candidate> {
    let name = |at: &usize| draft.columns[*at].name.as_str();
    let fits = |candidate: &&Candidate| candidate.columns.iter().map(name).eq(draft.key.iter().map(String::as_str));
    profile.keys.candidates().find(fits).filter(|_| !draft.key.is_empty())
}

/// A snapshot or an upsert makes rows of earlier files not count: that is a guess, which somebody must confirm.
pub(super) fn ask_whether_rows_are_replaced(group: &Group, profile: &Profile, draft: &mut SourceDraft) {
    let Some(mode) = draft.delivery.as_ref().map(|delivery| delivery.mode).filter(|mode| *mode != "append") else {
        return;
    };
    let repeated: u64 = candidate_of(profile, draft).map_or(0, |key| key.repeated.iter().sum());
    let newest = days_in_names(&group.files)
        .and_then(|(_, days)| (0..days.len()).max_by_key(|at| days[*at]))
        .and_then(|at| profile.rows_of.get(at))
        .copied()
        .unwrap_or(0);
    let counting = if mode == "snapshot" { newest } else { profile.rows - repeated };
    draft.undecided.push(format!(
        "{}: {} of {} repeat the {} of an earlier file. Does a later file replace them?\n  if so, take the draft: with key: \
         [{}] and delivery: {{ mode: {mode} }} only {} count\n  if not (a row counter or a line number that begins again, \
         receipts that reuse numbers), declare no key, or more columns, and delivery: {{ mode: append }}: all {} count",
        draft.name,
        rows_shown(repeated),
        counted(profile.rows, "row"),
        draft.key.join(", "),
        draft.key.join(", "),
        counted(counting, "row"),
        rows_shown(profile.rows)
    ));
}

/// The delivery mode of files with a day in their names.
pub(super) fn delivery(group: &Group, profile: &Profile, draft: &SourceDraft) -> Option<DeliveryDraft> {
    let (form, days) = days_in_names(&group.files)?;
    if group.files.len() < 2 {
        return None;
    }
    let of_key = candidate_of(profile, draft);
    let repeated = |at: usize| of_key.and_then(|key| key.repeated.get(at)).copied().unwrap_or(0);
    let rows = |at: usize| profile.rows_of.get(at).copied().unwrap_or(0);
    let later = 1..group.files.len();
    let whole = of_key.is_some() && later.clone().all(|at| repeated(at) * 2 >= rows(at - 1).max(1));
    let again: u64 = later.map(repeated).sum();
    let (mode, why) = match () {
        () if whole => {
            ("snapshot", "each file has most keys of the one before it: the newest is the complete extract".to_owned())
        }
        () if again > 0 => {
            ("upsert", format!("{} with a key of an earlier file: the newest version counts", counted(again, "row")))
        }
        () if of_key.is_some() => ("append", "no key appears in two files: each file adds rows".to_owned()),
        () => {
            ("append", "no key was found: please check whether each file adds rows or is a complete extract".to_owned())
        }
    };
    let (first, last) = (days.iter().min()?, days.iter().max()?);
    let comment = format!("the file names contain the days {first} to {last}; {why}");
    Some(DeliveryDraft { mode, date_in_name: form.to_owned(), comment })
}
