//! A group of files and their profile -> the draft of a source: format, columns, key, event time, delivery.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::decide;
use super::draft::{CsvDraft, EscapeDraft, Form, FormatDraft, SourceDraft, XlsxDraft};
use super::either_way;
use super::encoding;
use super::group::{Group, member_pattern, pattern};
use super::input::{Kind, compression_by_name};
use super::inside::column_type;
use super::keyed::{ask_whether_rows_are_replaced, delivery, key, repeats_key};
use super::odd::Oddity;
use super::profile::Profile;
use super::sheet_layout::SheetLayout;
use super::sniffed::Sniffed;
use super::sql_name::sql_names;
use crate::config::{Compression, Encoding};
use crate::source::ColumnType;
use crate::words::{counted, few, printable, rows_shown};

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
    if !profile.other_lists.is_empty() {
        let lists = profile.other_lists.iter().map(|(path, count)| format!("{path} ({})", counted(*count, "record")));
        draft.undecided.push(format!(
            "{}: only {} is read, but the document has other lists of records: {}\n  declare a source for each that you need, \
             with its path in records",
            draft.name,
            first.records.as_deref().unwrap_or("the outermost list"),
            few(&lists.collect::<Vec<_>>())
        ));
    }
    let questions = files.iter().flat_map(|file| file.questions.iter().map(|question| (file.shown(), question)));
    let questions: Vec<String> =
        questions.map(|(file, question)| format!("{}: {file}: {question}", draft.name)).collect();
    draft.undecided.extend(questions);
    (draft.compression, draft.members) = (compression(&files), members(&files));
    columns(&mut draft, first, profile, tried);
    escaped_nulls(&mut draft);
    draft.event_time = event_time(&draft, profile);
    centuries(&mut draft, profile);
    key(&mut draft, profile);
    draft.delivery = delivery(group, profile, &draft);
    ask_whether_rows_are_replaced(group, profile, &mut draft);
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
    let seen = either_way::agreed(profile);
    for (at, name) in names.iter().enumerate() {
        let header = first.is_named().then(|| profile.names[at].as_str());
        let (stated, lacking) = (profile.stated[at], profile.lacking[at]);
        let (seen, inside) = (seen[at].as_ref(), &profile.inside[at]);
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
        if let Some(zone) =
            stated_zone(&profile.names[at]).filter(|_| stated.is_none() && column.ty == ColumnType::Timestamp)
        {
            column.values.time_zone = Some(zone);
            column.comments.push(format!("the time zone is that of its name, {}", printable(&profile.names[at])));
        }
        if let Some(question) = either_way::question(&column, seen, may_have_commas(first)) {
            draft.undecided.push(format!("{}: {}: {question}", draft.name, column.name));
        }
        if first.sheet.as_ref().is_some_and(|sheet| sheet.counts_from_1904) {
            let formats = column.values.timestamp_formats.iter_mut().filter(|format| *format == "excel_1900");
            formats.for_each(|format| "excel_1904".clone_into(format));
            column.comments.iter_mut().for_each(|text| *text = text.replace("excel_1900", "excel_1904"));
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

/// A null word with the escape in it is empty in every column, and so is declared for all of them.
fn escaped_nulls(draft: &mut SourceDraft) {
    const NULL: &str = "\\N";
    let FormatDraft::Csv(CsvDraft { escape: Some(escape), .. }) = &draft.format else { return };
    let is_sign = matches!(escape, EscapeDraft::Sign('\\'));
    let mut found = false;
    for column in &mut draft.columns {
        let before = column.values.null_words.len();
        column.values.null_words.retain(|word| word != NULL);
        found |= column.values.null_words.len() < before;
    }
    if found && is_sign {
        draft.values.null_words.push(NULL.to_owned());
    }
}

/// The time zone that a name states.
fn stated_zone(name: &str) -> Option<&'static str> {
    let mut words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "UTC" | "GMT" | "utc")).then_some("UTC")
}

/// Whether a number with a comma may be a decimal: in text whose values commas do not separate.
fn may_have_commas(first: &Sniffed) -> bool {
    first.layout.as_ref().is_some_and(|layout| layout.dialect.delimiter != b',')
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
    const BAD: [&str; 22] = [
        "next",
        "nasta",
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
    let today = chrono::Utc::now().date_naive();
    let (best, _) = fitting.max_by_key(|(column, seen)| {
        let mut formats = column.values.date_formats.iter().chain(&column.values.timestamp_formats);
        // Days that are still to come are plans, and not events.
        let is_ahead =
            !formats.any(|format| format.contains("%y")) && seen.days.iter().flatten().any(|(_, last)| *last > today);
        let place = column.name.split('_').filter_map(|word| GOOD.iter().position(|good| *good == word)).min();
        let first = draft.columns.iter().position(|other| other.name == column.name).unwrap_or(0);
        (
            !is_ahead,
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
