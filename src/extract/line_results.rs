//! What a source that was read to its end has to say about lines that are not records: mistakes that end the run, and
//! remarks.

use super::error::{ExtractError, ExtractFault};
use super::frame::{FileLines, LeftOut, Noted};
use super::left_out::{declared, patterns};
use super::opened::Opened;
use crate::identifying::shown_or_withheld;
use crate::words::{counted, few, rows_shown};

/// The first mistake in the order of the files.
pub(super) fn mistake(opened: &Opened, lines: &[FileLines]) -> Option<ExtractError> {
    lines.iter().enumerate().find_map(|(file, lines)| {
        let found = lost_record(opened, lines).or_else(|| too_many(opened, lines)).or_else(|| other_header(lines));
        let (line, fault) = found?;
        Some(ExtractError::of(&opened.source, fault).at(opened.place((file, line))))
    })
}

/// A line that was left out by its number, and is a record.
fn lost_record(opened: &Opened, lines: &FileLines) -> Option<(u64, ExtractFault)> {
    let is_by_number = |why| matches!(why, LeftOut::Skipped | LeftOut::Header | LeftOut::Footer);
    let by_number = lines.sound.iter().filter(|sound| is_by_number(sound.first.why));
    let sound = by_number.min_by_key(|sound| sound.first.line)?;
    let (text, count) = (sound.first.text.clone(), sound.count);
    let fault = ExtractFault::LostRecord { declared: declared(opened, sound.first.why), text, count };
    Some((sound.first.line, fault))
}

/// More lines than a pattern may match.
fn too_many(opened: &Opened, lines: &FileLines) -> Option<(u64, ExtractFault)> {
    let counts = patterns(opened).iter().zip(&lines.by_pattern);
    let (typed, found) =
        counts.into_iter().find(|(typed, found)| typed.max.as_ref().is_some_and(|max| found.count > max.value))?;
    let (pattern, max) = (typed.pattern.value.clone(), typed.max.as_ref().map_or(0, |max| max.value));
    Some((found.first, ExtractFault::TooManyIgnored { pattern, max, found: found.count }))
}

/// A header record within the file that names other columns than the first one.
fn other_header(lines: &FileLines) -> Option<(u64, ExtractFault)> {
    if let Some((line, _)) = lines.other_headers.first() {
        let (missing, added) = (String::new(), String::new());
        return Some((*line, ExtractFault::OtherHeader { first: None, missing, added }));
    }
    let mut headers: Vec<&(u64, Vec<String>)> = lines.headers.iter().collect();
    headers.sort();
    let [(first, known), (line, names), ..] = headers.as_slice() else { return None };
    let lacks = |names: &[String], others: &[String]| {
        let lacking: Vec<&String> = names.iter().filter(|name| !others.contains(name)).collect();
        let lacking: Vec<String> = lacking.into_iter().map(|name| shown_or_withheld(name).to_owned()).collect();
        few(&lacking)
    };
    let (missing, added) = (lacks(known, names), lacks(names, known));
    Some((*line, ExtractFault::OtherHeader { first: Some(*first), missing, added }))
}

/// Everything that was filled, cut or left out although it may have been meant otherwise.
pub(super) fn remarks(opened: &Opened, lines: &[FileLines]) -> Vec<String> {
    let name = &opened.source.name;
    let all = |of_file: fn(&FileLines) -> Noted| {
        let count = lines.iter().map(|lines| of_file(lines).count).sum::<u64>();
        let first = lines.iter().position(|lines| of_file(lines).count > 0)?;
        Some((count, opened.place((first, of_file(&lines[first]).first))))
    };
    let mut remarks = Vec::new();
    if let Some((count, first)) = all(|lines| lines.repeated_headers) {
        let headers = counted(count, "header line");
        remarks
            .push(format!("source {name}: {headers} again inside its files, not loaded as rows; the first: {first}"));
    }
    if let Some((count, first)) = all(|lines| lines.short) {
        let rows = counted(count, "row");
        let why = "shorter than the header, their last cells count as empty (missing_fields: null)";
        remarks.push(format!("source {name}: {rows} {why}; the first: {first}"));
    }
    if let Some((count, first)) = all(|lines| lines.trailing) {
        let rows = counted(count, "row");
        let why = "with delimiters beyond the last column, which are left out (trailing_delimiters: true)";
        remarks.push(format!("source {name}: {rows} {why}; the first: {first}"));
    }
    for (number, typed) in patterns(opened).iter().enumerate() {
        let matched = lines.iter().filter_map(|lines| lines.by_pattern.get(number));
        if !opened.files.is_empty() && matched.map(|found| found.count).sum::<u64>() == 0 {
            let pattern = &typed.pattern.value;
            remarks.push(format!("source {name}: no line matches the pattern '{pattern}' of ignore_lines"));
        }
        remarks.extend(sound(opened, lines, LeftOut::Pattern(number)));
    }
    // A total line that is compared with the file is known to be one.
    let total = opened.source.total_line.as_ref();
    if total.is_some_and(|total| total.rows.is_none() && total.sums.is_empty()) {
        remarks.extend(sound(opened, lines, LeftOut::Total));
    }
    remarks
}

/// Lines that were left out by their text, and could be rows.
fn sound(opened: &Opened, lines: &[FileLines], why: LeftOut) -> Option<String> {
    let sound = lines.iter().map(|lines| lines.sound.iter().find(|sound| sound.first.why == why));
    let sound: Vec<_> = sound.enumerate().filter_map(|(file, sound)| Some((file, sound?))).collect();
    let (file, first) = sound.first()?;
    let count = rows_shown(sound.iter().map(|(_, sound)| sound.count).sum());
    let place = opened.place((*file, first.first.line));
    Some(format!(
        "source {}: {count} of the lines that {} leaves out read as rows that keep every rule; the first: {place}: {}",
        opened.source.name,
        declared(opened, why),
        first.first.text
    ))
}
