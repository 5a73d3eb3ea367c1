//! Checks the declared format of a source's files.

use super::{positions, records};
use crate::config::{Compression, CsvFormat, Escape, Format, Located, SourceFile, Texts, XlsxFormat};
use crate::diagnostics::Problem;
use crate::extract::text_encoding;

pub(super) fn check(source: &SourceFile, texts: &Texts, problems: &mut Vec<Problem>) {
    check_members(source, texts, problems);
    match &source.format {
        Format::Csv(csv) => check_signs(csv, texts, problems),
        Format::FixedWidth(fixed) => positions::check(fixed, source, texts, problems),
        Format::Xlsx(xlsx) => check_sheet(xlsx, texts, problems),
        Format::JsonLines(lines) => records::check_lines(lines, source, texts, problems),
        Format::Json(json) => records::check_document(json, source, texts, problems),
        Format::Parquet(_) => {}
    }
}

/// Members of archives are text, and known by a glob.
fn check_members(source: &SourceFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let Some(compression) = source.compression.as_ref().filter(|found| found.kind == Compression::Zip) else { return };
    if matches!(source.format, Format::Xlsx(_) | Format::Parquet(_)) {
        let message = "workbooks and Parquet files are not read from zip archives".to_owned();
        problems
            .push(texts.place(compression, 3, message).hint("unpack the archive, or have the data delivered as text"));
    }
    if let Some(members) = &compression.members
        && let Err(error) = glob::Pattern::new(&members.value)
    {
        let message = format!("`{}` is not a glob: {}", members.value, error.msg);
        problems.push(texts.at(members, message).hint("write the names with * and ?, such as \"*.csv\""));
    }
}

/// The header and the first record of a sheet must not contradict each other.
fn check_sheet(xlsx: &XlsxFormat, texts: &Texts, problems: &mut Vec<Problem>) {
    let mut wrong = |place: Located<()>, message: String, hint: &str| {
        problems.push(texts.place(&place, place.length, message).hint(hint));
    };
    let rows = [("header_row", &xlsx.header_row), ("header_lines", &xlsx.header_lines), ("first_row", &xlsx.first_row)];
    for (key, row) in rows.into_iter().filter_map(|(key, row)| Some((key, row.as_ref()?))) {
        if row.value == 0 {
            wrong(row.place(), format!("{key} is 0"), "rows are counted from 1");
        }
        if !xlsx.header && key != "first_row" {
            wrong(row.place(), format!("{key} in a sheet without a header"), "remove it, or remove `header: false`");
        }
    }
    let lines = xlsx.header_lines.as_ref().map_or(1, |lines| lines.value);
    if let Some(from) = xlsx.names_from.as_ref().filter(|_| lines < 2 || !xlsx.header) {
        let message = "names_from chooses among several header rows, and there is one at the most".to_owned();
        wrong(from.place(), message, "declare header_lines, or remove it");
    }
    if let Some(first) = &xlsx.first_row
        && let Some(header) = &xlsx.header_row
        && first.value < header.value.saturating_add(lines)
    {
        let message = format!("row {} belongs to the header, or is above it", first.value);
        wrong(first.place(), message, "first_row is the row of the first record, below the header");
    }
}

fn check_signs(csv: &CsvFormat, texts: &Texts, problems: &mut Vec<Problem>) {
    let escape = csv.escape.as_ref().map(|escape| {
        let Located { file, line, column, length, .. } = escape.place();
        Located { value: escape.value.sign(), file, line, column, length }
    });
    if let (Some(Escape::PostgreSql), Some(quote)) = (csv.escape.as_ref().map(|escape| escape.value), csv.quote()) {
        let problem = texts.place(quote, 3, "the text format of COPY quotes nothing, so a quote in it is data");
        problems.push(problem.hint("remove `quote`; files of COPY … CSV need no `escape`"));
    }
    let signs = [("quote", csv.quote()), ("escape", escape.as_ref()), ("comment", csv.comment.as_ref())];
    let signs = signs.into_iter().filter_map(|(what, sign)| Some((what, sign?)));
    let signs: Vec<(&str, &Located<char>)> = std::iter::once(("delimiter", &csv.delimiter)).chain(signs).collect();
    for (at, (what, sign)) in signs.iter().enumerate() {
        let unfit = matches!(sign.value, '\n' | '\r' | '\0' | '\u{FEFF}');
        if unfit || (*what != "delimiter" && !sign.value.is_ascii()) {
            let kind = if *what == "delimiter" { "character" } else { "ASCII character" };
            problems
                .push(texts.place(sign, 3, format!("the {what} must be one {kind} on a line")).hint("such as \";\""));
        } else if !text_encoding(csv.encoding).has(sign.value) {
            let encoding = text_encoding(csv.encoding).as_str();
            let message = format!("the {what} `{}` is not a character of {encoding}", sign.value);
            problems.push(texts.place(sign, 3, message).hint("set the encoding that the file has"));
        }
        // An escape that is the quote itself is the usual doubling.
        if let Some((other, _)) = signs[..at].iter().find(|(_, earlier)| earlier.value == sign.value) {
            problems.push(
                texts
                    .place(sign, 3, format!("{other} and {what} must differ"))
                    .hint(format!("omit `{what}` if the file does not use it")),
            );
        }
    }
}
