//! A group of files and their profile -> the draft of a source: format, columns, key, event time, delivery.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::decide;
use super::draft::{CsvDraft, DeliveryDraft, EscapeDraft, Form, FormatDraft, SourceDraft, XlsxDraft};
use super::encoding;
use super::group::{Group, days_in_names, member_pattern, pattern};
use super::input::{Kind, compression_by_name};
use super::inside::column_type;
use super::keys::{Candidate, State};
use super::moments::is_timely;
use super::odd::Oddity;
use super::personal::is_shared;
use super::profile::Profile;
use super::sheet_layout::SheetLayout;
use super::sniffed::Sniffed;
use super::sql_name::sql_names;
use crate::config::{Compression, Encoding};
use crate::source::ColumnType;
use crate::words::{counted, few, printable, rows_shown};

/// With fewer rows than this, no key is inferred.
const LEAST_ROWS: u64 = 10;
/// In an event time column, one cell in this many may be empty.
const EMPTY_EVENTS: u64 = 100;

/// The draft of a source. Its name differs from those of `others`.
pub(super) fn source(
    group: &Group,
    profile: &Profile,
    others: &[SourceDraft],
    tried: &BTreeMap<usize, Form>,
) -> SourceDraft {
    let files: Vec<&Sniffed> = group.files.iter().collect();
    let Some(first) = files.first() else { return SourceDraft::default() };
    let mut draft = SourceDraft {
        name: free_name(first.source_name(files.len() > 1), others),
        path: pattern(&files).unwrap_or_default(),
        ..SourceDraft::default()
    };
    let size = counted(profile.rows, "row");
    let given = if files.len() == 1 { first.shown() } else { counted(files.len() as u64, "file") };
    draft.comments.push(format!("{given}, {size}"));
    draft.format = format(&mut draft, &group.files, profile);
    for file in &files {
        draft.comments.extend(file.remarks.iter().map(|remark| format!("{}: {remark}", file.file_name())));
    }
    (draft.compression, draft.members) = (compression(&files), members(&files));
    columns(&mut draft, first, profile, tried);
    draft.event_time = event_time(&draft, profile);
    centuries(&mut draft, profile);
    key(&mut draft, profile);
    draft.delivery = delivery(group, profile, &draft);
    if repeats_key(profile, &draft) && draft.delivery.as_ref().is_none_or(|delivery| delivery.mode == "append") {
        let key = std::mem::take(&mut draft.key).join(", ");
        draft.key_comment =
            format!("{key}: {}, so it is not a key unless later files replace rows of earlier ones", draft.key_comment);
    }
    draft.gather();
    draft
}

fn free_name(stem: String, others: &[SourceDraft]) -> String {
    let taken = |name: &str| others.iter().any(|other| other.name == name);
    let mut name = stem.clone();
    let mut number = 2;
    while taken(&name) {
        name = format!("{stem}_{number}");
        number += 1;
    }
    name
}

fn format(draft: &mut SourceDraft, files: &[Sniffed], profile: &Profile) -> FormatDraft {
    let Some(first) = files.first() else { return FormatDraft::default() };
    match first.kind {
        Kind::Text => FormatDraft::Csv(csv(draft, files, profile)),
        Kind::JsonLines => FormatDraft::JsonLines,
        Kind::Json => FormatDraft::Json { records: first.records.clone() },
        Kind::Parquet => FormatDraft::Parquet,
        Kind::Xlsx => first.sheet.as_ref().map_or_else(FormatDraft::default, |layout| FormatDraft::Xlsx(xlsx(layout))),
    }
}

fn xlsx(layout: &SheetLayout) -> XlsxDraft {
    XlsxDraft {
        sheet: layout.sheet.clone(),
        header: layout.header,
        header_row: Some(layout.header_row).filter(|row| layout.header && *row > 1),
        header_lines: Some((layout.header_lines, layout.names_from)).filter(|(lines, _)| layout.header && *lines > 1),
        first_row: Some(layout.first_row).filter(|row| !layout.header && *row > 1),
    }
}

fn csv(draft: &mut SourceDraft, files: &[Sniffed], profile: &Profile) -> CsvDraft {
    let mut csv = CsvDraft::default();
    let Some((first, layout)) = files.first().and_then(|first| Some((first, first.layout.as_ref()?))) else {
        return csv;
    };
    let dialect = layout.dialect;
    (csv.delimiter, csv.quote) = (dialect.delimiter.into(), dialect.quote.map(char::from));
    let sign = dialect.escape.map(|escape| EscapeDraft::Sign(escape.into()));
    csv.escape = dialect.database.map(|database| EscapeDraft::Database(database.name())).or(sign);
    csv.comment = dialect.comment.map(char::from);
    csv.line_ends = first.line_ends.name();
    (csv.header, csv.skip_lines) = (layout.header.is_some(), layout.skip_lines);
    let several = layout.header.as_ref().filter(|header| header.records > 1);
    csv.header_lines = several.map(|header| (header.records, header.names_from));
    (csv.missing_fields, csv.trailing_delimiters) = (profile.short_rows > 0, layout.trailing_delimiters);
    let (broken, misfits) = profile.broken_lines;
    csv.newlines_in_values = broken > 0 && misfits <= broken && dialect.database.is_none();
    let choice = first.recoded.clone().unwrap_or_else(|| profile.bytes.choose());
    csv.encoding = encoding::name(choice.encoding);
    let records = profile.rows + profile.misfits;
    let sign = match csv.delimiter {
        '\t' => "tabs".to_owned(),
        other => format!("\"{other}\""),
    };
    let comments = &mut draft.comments;
    comments.push(format!(
        "{} of {} {} {} separated by {sign}; {}",
        rows_shown(profile.rows),
        counted(records, "record"),
        if records == 1 { "has" } else { "have" },
        counted(layout.width as u64, "field"),
        layout.header_evidence
    ));
    if broken > 0 {
        comments.push(format!(
            "{} line breaks inside quotes",
            if broken == 1 { "1 record has".to_owned() } else { format!("{} have", counted(broken, "record")) }
        ));
    }
    if layout.skip_lines > layout.skipped_header {
        let titles = layout.skip_lines - layout.skipped_header;
        comments.push(format!("{} before the records", counted(titles.into(), "line")));
    }
    if profile.short_rows > 0 {
        comments.push(format!(
            "{} with fewer fields than columns: what they lack is empty, as in files of a spreadsheet program",
            counted(profile.short_rows, "row")
        ));
    }
    if !choice.evidence.is_empty() && (choice.encoding != Encoding::Utf8 || profile.bytes.invalid > 0) {
        comments.push(choice.evidence);
    }
    ignored_lines(draft, &mut csv, files, profile);
    csv
}

/// Leaves out lines that are not records, by their text.
fn ignored_lines(draft: &mut SourceDraft, csv: &mut CsvDraft, files: &[Sniffed], profile: &Profile) {
    for ignored in profile.odd.ignored().0 {
        let first = &ignored.lines[0];
        let file = files.get(usize::from(first.file)).map(Sniffed::file_name).unwrap_or_default();
        let what = match first.oddity {
            Oddity::Header => "is the header again",
            Oddity::Total => "begins with a word for a total",
            Oddity::Title => "is not a record",
        };
        let count = counted(ignored.lines.len() as u64, "line");
        draft.comments.push(format!("{count} ignored: {file}:{} {what}: {}", first.line, printable(&first.text)));
        // The reader knows the header.
        if first.oddity != Oddity::Header {
            csv.ignore_lines.push(ignored.pattern);
        }
    }
    if profile.odd.too_many {
        draft.undecided.push(format!(
            "{}: too many lines are not records: is it a file of several tables? If so, declare a source for each",
            draft.name
        ));
    }
    let Some(types) = files.first().and_then(|file| file.layout.as_ref()).and_then(|layout| layout.types.clone())
    else {
        return;
    };
    let shown: Vec<String> = profile
        .other_types
        .iter()
        .map(|(name, count)| format!("{} ({})", printable(name), rows_shown(*count)))
        .collect();
    draft.comments.push(format!("records of type {} are read; others: {}", types.value, shown.join(", ")));
    // Records around the table come once a file, or once with every header.
    let frames = profile.type_headers.max(files.len() as u64);
    let rows: Vec<&String> =
        profile.other_types.iter().filter(|(_, count)| **count > frames).map(|(name, _)| name).collect();
    if !rows.is_empty() {
        let rows: Vec<String> = rows.into_iter().cloned().collect();
        draft.undecided.push(format!(
            "{}: records of other types may be rows of other tables: {}. Declare a source for each, or ignore them",
            draft.name,
            few(&rows)
        ));
    }
    csv.record_type = Some((types, profile.other_types.keys().cloned().collect()));
}

/// The compression to declare: none if the file names show it.
fn compression(files: &[&Sniffed]) -> Option<Compression> {
    let first = files.first()?.compression;
    let by_name = files.iter().all(|file| compression_by_name(&file.path.to_string_lossy()) == file.compression);
    (!by_name).then_some(first)
}

/// The members of zip archives to declare: none if all of them are read.
fn members(files: &[&Sniffed]) -> Option<String> {
    let of_archive = |file: &Sniffed| files.iter().filter(|other| other.path == file.path).count();
    let all = files.iter().all(|file| file.member.is_none() || of_archive(file) == file.siblings);
    if all { None } else { member_pattern(files) }
}

fn columns(draft: &mut SourceDraft, first: &Sniffed, profile: &Profile, tried: &BTreeMap<usize, Form>) {
    let names = sql_names(&profile.names);
    let mut null_words: Vec<String> =
        names.iter().zip(&profile.columns).flat_map(|(name, column)| decide::null_words_of(name, column)).collect();
    null_words.sort();
    null_words.dedup();
    for (at, name) in names.iter().enumerate() {
        let header = first.is_named().then(|| profile.names[at].as_str());
        let (stated, lacking) = (profile.stated[at], profile.lacking[at]);
        let (seen, inside) = (&profile.columns[at], &profile.inside[at]);
        let is_list = inside.lists() > 0 && inside.lists() == seen.filled;
        let mut column = match stated {
            Some(ty @ ColumnType::Nested(_)) => decide::nested(name, header, seen, inside, (ty, lacking)),
            None if is_list => decide::nested(name, header, seen, inside, (column_type(&inside.ty()), lacking)),
            _ => decide::column(name, header, seen, stated, lacking, &null_words, tried.get(&at)),
        };
        if inside.lists_of_objects() > 0 && matches!(first.kind, Kind::Json | Kind::JsonLines) {
            let before = first.records.as_ref().map_or_else(String::new, |records| format!("{records}[]."));
            column.comments.push(format!(
                "lists of objects in {}: for one row of each element, declare a source with records: \"{before}{}[]\"",
                counted(inside.lists_of_objects(), "record"),
                profile.names[at]
            ));
        }
        if !profile.aliases[at].is_empty() {
            column.comments.push(format!("called {} in some files", profile.aliases[at].join(", ")));
            column.aliases.extend(profile.aliases[at].iter().filter(|alias| *alias != name).cloned());
        }
        if let Some(signs) = currencies(&column.values.currency_signs) {
            draft.undecided.push(format!(
                "{}: {} has amounts in several currencies ({signs}): a run reads the numbers without the signs, and sums \
                 would mix them\n  declare it as a string and take it apart in SQL, or have the currency exported as a \
                 column of its own",
                draft.name, column.name
            ));
        }
        draft.columns.push(column);
    }
}

/// The signs of a column's amounts, if they are those of several currencies.
fn currencies(signs: &[String]) -> Option<String> {
    let code = |sign: &String| match sign.as_str() {
        "€" => "EUR".to_owned(),
        "$" => "USD".to_owned(),
        "£" => "GBP".to_owned(),
        // Of Sweden, Norway or Denmark.
        "kr" | "kr." | "Kr" | "Kr." | "KR" | ":-" => "kr".to_owned(),
        other => other.to_owned(),
    };
    let mut codes: Vec<String> = signs.iter().filter(|sign| *sign != "%").map(code).collect();
    if codes.iter().any(|code| matches!(code.as_str(), "SEK" | "NOK" | "DKK")) {
        codes.retain(|code| code != "kr");
    }
    codes.sort();
    codes.dedup();
    (codes.len() > 1).then(|| signs.join(", "))
}

/// Declares the century of years of two digits. Days of the past are not after the as-of day; days of events may be, if
/// none of them would be after today, and days until which something is valid are.
fn centuries(draft: &mut SourceDraft, profile: &Profile) {
    const AHEAD: [&str; 10] =
        ["valid", "until", "to", "expires", "expiry", "due", "giltig", "slut", "forfallo", "forfallodatum"];
    let event_time = draft.event_time.as_ref().map(|(name, _)| name.clone());
    let today = chrono::Utc::now().date_naive();
    for (column, seen) in draft.columns.iter_mut().zip(&profile.columns) {
        let formats = column.values.date_formats.iter().chain(&column.values.timestamp_formats);
        if !formats.into_iter().any(|format| format.contains("%y")) {
            continue;
        }
        let beyond = seen.days.iter().flatten().any(|(_, last)| *last > today);
        let is_event = event_time.as_ref() == Some(&column.name);
        let is_ahead = column.name.split('_').any(|word| AHEAD.contains(&word));
        let (rule, why) = if is_event && beyond && !is_ahead {
            // No event is after today.
            let pivot = (today.year() + 1).rem_euclid(100);
            let why = format!("years of two digits are read as {} to {}", today.year() - 99, today.year());
            (format!("{{ pivot: {pivot} }}"), why)
        } else if is_ahead || is_event {
            ("{ pivot: 70 }".to_owned(), "years of two digits are read as 1970 to 2069".to_owned())
        } else {
            let why = "years of two digits are read as the latest that is not after the as-of day";
            ("past".to_owned(), why.to_owned())
        };
        column.values.two_digit_years = Some(rule);
        column.comments.push(format!("{why}: please check"));
    }
}

/// The column that is most likely the event time.
fn event_time(draft: &SourceDraft, profile: &Profile) -> Option<(String, String)> {
    const GOOD: [&str; 22] = [
        "occurred",
        "ordered",
        "responded",
        "sent",
        "created",
        "signup",
        "event",
        "order",
        "purchase",
        "transaction",
        "registered",
        "timestamp",
        "tidpunkt",
        "tid",
        "datum",
        "date",
        "time",
        "at",
        "kopdatum",
        "orderdatum",
        "skapad",
        "pvm",
    ];
    const BAD: [&str; 20] = [
        "birth",
        "fodelse",
        "fodelsedatum",
        "fodt",
        "syntymaaika",
        "dob",
        "valid",
        "from",
        "until",
        "to",
        "expires",
        "expiry",
        "joined",
        "due",
        "updated",
        "modified",
        "andrad",
        "period",
        "giltig",
        "slut",
    ];
    let fitting = draft.columns.iter().zip(&profile.columns).filter(|(column, seen)| {
        let timely =
            matches!(column.ty, ColumnType::Date | ColumnType::Timestamp) && !column.optional && !column.personal;
        let words: Vec<&str> = column.name.split('_').collect();
        timely
            && seen.filled > 0
            && seen.empty * EMPTY_EVENTS <= profile.rows
            && !words.iter().any(|word| BAD.contains(word))
    });
    let (best, _) = fitting.max_by_key(|(column, seen)| {
        let place = column.name.split('_').filter_map(|word| GOOD.iter().position(|good| *good == word)).min();
        let first = draft.columns.iter().position(|other| other.name == column.name).unwrap_or(0);
        (
            place.is_some(),
            column.ty == ColumnType::Timestamp,
            seen.empty == 0,
            std::cmp::Reverse(place),
            std::cmp::Reverse(first),
        )
    })?;
    let others = draft
        .columns
        .iter()
        .filter(|column| matches!(column.ty, ColumnType::Date | ColumnType::Timestamp) && column.name != best.name);
    let others: Vec<&str> = others.map(|column| column.name.as_str()).collect();
    let rest = if others.is_empty() { String::new() } else { format!("; others: {}", others.join(", ")) };
    Some((
        best.name.clone(),
        format!("the event time, by its name and type: rows after the as-of day do not count{rest}"),
    ))
}

fn key(draft: &mut SourceDraft, profile: &Profile) {
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
    let Some((_, best)) = ranked.min_by_key(|(rank, _)| *rank) else {
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
fn repeats_key(profile: &Profile, draft: &SourceDraft) -> bool {
    candidate_of(profile, draft).is_some_and(|key| key.repeated.iter().sum::<u64>() > 0)
}

fn candidate_of<'a>(profile: &'a Profile, draft: &SourceDraft) -> Option<&'a Candidate> {
    let name = |at: &usize| draft.columns[*at].name.as_str();
    let fits = |candidate: &&Candidate| candidate.columns.iter().map(name).eq(draft.key.iter().map(String::as_str));
    profile.keys.candidates().find(fits).filter(|_| !draft.key.is_empty())
}

/// The delivery mode of files with a day in their names.
fn delivery(group: &Group, profile: &Profile, draft: &SourceDraft) -> Option<DeliveryDraft> {
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
