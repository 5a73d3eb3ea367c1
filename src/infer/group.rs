//! Groups files into sources, and finds the path and the days in their names.

use std::path::{Component, Path};

use chrono::NaiveDate;

use super::sheet_layout::{SheetLayout, SheetPlace};
use super::sniffed::Sniffed;

/// Files of one source.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) files: Vec<Sniffed>,
}

/// Files with the same header are one source. So are files whose names differ only in numbers and whose headers are
/// very similar.
pub(super) fn groups(files: Vec<Sniffed>) -> Vec<Group> {
    let mut groups = alike(files);
    // A glob that matches files of another source too: names are compared, then each file is a source of its own.
    for key in [Sniffed::stem, Sniffed::shown] {
        let is_apart = |at: usize| {
            !groups
                .iter()
                .enumerate()
                .any(|(other, group)| other != at && group.files.iter().any(|file| matches(&groups[at], file)))
        };
        let apart: Vec<bool> = (0..groups.len()).map(is_apart).collect();
        let mut next: Vec<Group> = Vec::new();
        for (group, is_apart) in groups.into_iter().zip(apart) {
            if is_apart {
                next.push(group);
                continue;
            }
            let mut parts: Vec<(String, Group)> = Vec::new();
            for file in group.files {
                let name = key(&file);
                match parts.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, part)) => part.files.push(file),
                    None => parts.push((name, Group { files: vec![file] })),
                }
            }
            next.extend(parts.into_iter().map(|(_, part)| part));
        }
        groups = next;
    }
    groups.iter_mut().for_each(|group| group.files.sort_by_key(Sniffed::shown));
    groups
}

/// Whether the paths that a group would declare match a file.
fn matches(group: &Group, file: &Sniffed) -> bool {
    let files: Vec<&Sniffed> = group.files.iter().collect();
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    let is_match = |pattern: Option<String>, name: &str, options: glob::MatchOptions| {
        let pattern = pattern.and_then(|pattern| glob::Pattern::new(&pattern).ok());
        pattern.is_some_and(|pattern| pattern.matches_with(name, options))
    };
    let path = file.path.to_string_lossy();
    let of_path = is_match(pattern(&files).map(|path| path.replace("$$", "$")), path.trim_start_matches("./"), options);
    match &file.member {
        Some(member) if of_path => is_match(member_pattern(&files), member, glob::MatchOptions::new()),
        _ => of_path,
    }
}

/// Files that are written alike, with the same columns.
fn alike(files: Vec<Sniffed>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for file in files {
        match groups.iter_mut().find(|group| group.files.first().is_some_and(|first| belong(first, &file))) {
            Some(group) => group.files.push(file),
            None => groups.push(Group { files: vec![file] }),
        }
    }
    groups
}

/// Where the table of a workbook is.
fn sheet_of(file: &Sniffed) -> Option<SheetPlace<'_>> {
    file.sheet.as_ref().map(SheetLayout::place)
}

fn belong(a: &Sniffed, b: &Sniffed) -> bool {
    let layout = |file: &Sniffed| {
        file.layout.as_ref().map(|layout| {
            let header = layout.header.as_ref().map(|header| (header.records, header.names_from));
            (layout.dialect, layout.skip_lines, header, layout.types.clone())
        })
    };
    let encoding = |file: &Sniffed| file.recoded.as_ref().map(|choice| choice.encoding);
    let is_member = |file: &Sniffed| file.member.is_some();
    let written = |file: &Sniffed| {
        (file.kind, layout(file), file.line_ends, encoding(file), is_member(file), file.records.clone())
    };
    let stems = a.stem() == b.stem();
    if written(a) != written(b)
        || sheet_of(a) != sheet_of(b)
        || (!a.is_named() && (!stems || a.names.len() != b.names.len()))
        || pattern(&[a, b]).is_none()
    {
        return false;
    }
    let common = a.names.iter().filter(|name| b.names.contains(name)).count();
    let most = a.names.len().max(b.names.len());
    (common == most && a.names.len() == b.names.len()) || (stems && common * 2 >= most)
}

/// A pattern for the names of all files in their archives; `None` if they are in none.
pub(super) fn member_pattern(files: &[&Sniffed]) -> Option<String> {
    let names = files.iter().map(|file| file.member.as_deref().map(glob::Pattern::escape));
    let names: Vec<String> = names.collect::<Option<_>>()?;
    Some(merge(&names.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// A path for all files: the file itself, or a glob. `None` if only a glob with `**` would match them.
pub(super) fn pattern(files: &[&Sniffed]) -> Option<String> {
    let parts = |path: &Path| {
        path.components()
            .map(|part| match part {
                Component::RootDir => String::new(),
                other => escaped(&other.as_os_str().to_string_lossy()),
            })
            .collect::<Vec<String>>()
    };
    let all: Vec<Vec<String>> = files.iter().map(|file| parts(&file.path)).collect();
    let first = all.first()?;
    if all.iter().any(|path| path.len() != first.len()) {
        return None;
    }
    let merged = (0..first.len()).map(|at| merge(&all.iter().map(|path| path[at].as_str()).collect::<Vec<_>>()));
    Some(merged.collect::<Vec<_>>().join("/"))
}

fn merge(parts: &[&str]) -> String {
    let first = parts[0];
    if parts.iter().all(|part| *part == first) {
        return first.to_owned();
    }
    let shared = |other: &str, from_end: bool| {
        let pairs: Box<dyn Iterator<Item = (char, char)>> = if from_end {
            Box::new(first.chars().rev().zip(other.chars().rev()))
        } else {
            Box::new(first.chars().zip(other.chars()))
        };
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let front = parts.iter().map(|part| shared(part, false)).min().unwrap_or(0);
    let room = parts.iter().map(|part| part.len() - front).min().unwrap_or(0);
    let end = parts.iter().map(|part| shared(part, true)).min().unwrap_or(0).min(room);
    let front = without_number(&first[..front]);
    let end = first[first.len() - end..].trim_start_matches(|letter: char| letter.is_ascii_digit());
    format!("{front}*{end}")
}

/// A text without the number or day at its end: equal digits in one month may differ in the next.
fn without_number(mut text: &str) -> &str {
    let is_digit = |letter: char| letter.is_ascii_digit();
    loop {
        text = text.trim_end_matches(is_digit);
        match text.strip_suffix(['-', '_', '.']).filter(|rest| rest.ends_with(is_digit)) {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

/// Escapes characters that a glob or a reference to a var would interpret.
fn escaped(part: &str) -> String {
    let mut out = String::new();
    for letter in part.chars() {
        match letter {
            '*' | '?' | '[' | ']' => out.push_str(&format!("[{letter}]")),
            '$' => out.push_str("$$"),
            other => out.push(other),
        }
    }
    out
}

/// The day in each file's name and its format, if every name has one and all differ.
pub(super) fn days_in_names(files: &[Sniffed]) -> Option<(&'static str, Vec<NaiveDate>)> {
    const FORMS: [(&str, &str); 5] = [
        ("%Y-%m-%d", "0000-00-00"),
        ("%Y_%m_%d", "0000_00_00"),
        ("%Y.%m.%d", "0000.00.00"),
        ("%Y%m%d", "00000000"),
        ("%d-%m-%Y", "00-00-0000"),
    ];
    FORMS.iter().find_map(|(form, shape)| {
        let days: Option<Vec<NaiveDate>> = files.iter().map(|file| day_in(&file.file_name(), form, shape)).collect();
        let days = days?;
        let differ = days.iter().enumerate().all(|(at, day)| !days[..at].contains(day));
        differ.then_some((*form, days))
    })
}

fn day_in(name: &str, form: &str, shape: &str) -> Option<NaiveDate> {
    let name = name.as_bytes();
    let fits = |at: usize| {
        let part = name.get(at..at + shape.len())?;
        let alike = part
            .iter()
            .zip(shape.bytes())
            .all(|(byte, wanted)| if wanted == b'0' { byte.is_ascii_digit() } else { *byte == wanted });
        let alone = !at.checked_sub(1).is_some_and(|at| name[at].is_ascii_digit())
            && !name.get(at + shape.len()).is_some_and(u8::is_ascii_digit);
        let text = std::str::from_utf8(part).ok().filter(|_| alike && alone)?;
        NaiveDate::parse_from_str(text, form)
            .ok()
            .filter(|day| ("1990-01-01".."2101-01-01").contains(&day.to_string().as_str()))
    };
    (0..name.len()).find_map(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_merged_into_a_glob() {
        assert_eq!(merge(&["orders_2024-01-01.csv", "orders_2024-01-12.csv"]), "orders_*.csv");
        assert_eq!(merge(&["a.csv", "b.csv"]), "*.csv");
        assert_eq!(merge(&["a.csv", "a.csv"]), "a.csv");
        assert_eq!(escaped("a[1]*.csv"), "a[[]1[]][*].csv");
    }

    #[test]
    fn the_day_in_a_name_is_found() {
        assert!(day_in("orders_20240131.csv.gz", "%Y%m%d", "00000000").is_some());
        assert!(day_in("orders_20241331.csv", "%Y%m%d", "00000000").is_none());
        assert!(day_in("orders_120240131.csv", "%Y%m%d", "00000000").is_none());
    }
}
