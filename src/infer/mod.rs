//! Files -> the `sources:` block that declares them, with its evidence as comments. This is the only place where lojal
//! guesses; at run time everything is declared.
//!
//! The flow of the data: each file is examined (`sniff`: compression, format, and for text `encoding`, `dialect`,
//! header), files that belong together become one source (`group`), and all of their records (`text`, `json`, `xlsx`,
//! `parquet`) are added to a `profile`. For each `column` the profile counts the forms (`number`, `day`) that its cells
//! fit, and it finds the columns that are `keys`: memory does not grow with the files. `decide` and `dates` turn a
//! column's evidence into a declaration, `personal` finds possible personal data, `sql_name` names the columns. The
//! `draft` is written as `yaml`. `verify` then reads the files with it through the extract reader and reports rejected
//! rows in the comments. So each file is read twice, and its first megabyte a third time.

mod amounts;
mod column;
mod database;
mod dates;
mod day;
mod decide;
mod declare;
mod dialect;
mod draft;
mod either_way;
mod encoding;
mod error;
mod group;
mod header;
mod input;
mod inside;
mod json;
mod json_words;
mod keyed;
mod keys;
mod line_ends;
mod moments;
mod null_words;
mod number;
mod odd;
mod parquet;
mod personal;
mod profile;
mod reading;
mod record_types;
mod request;
mod sheet_layout;
mod sniff;
mod sniffed;
mod split;
mod sql_name;
mod text;
mod totals;
mod trial;
mod verify;
mod xlsx;
mod yaml;

#[cfg(test)]
mod round_trip_tests;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::printer::Printer;
use draft::SourceDraft;
pub use error::InferError;
use group::{Group, groups, pattern};
use input::Kind;
use odd::Oddity;
use profile::Profile;
pub use request::InferRequest;
use sniff::sniff;
use sniffed::Sniffed;

/// The block for the files, as YAML text.
///
/// # Errors
/// Files that cannot be read, files that the block would not open, and a block that would lose rows unless somebody
/// decides about them.
pub async fn infer(request: &InferRequest, printer: &Printer) -> Result<String, InferError> {
    let mut files = Vec::with_capacity(request.files.len());
    for path in &request.files {
        for mut found in sniff(path).map_err(|source| InferError::Read { path: path.clone(), source })? {
            found.path = relative(path, &request.project);
            files.push(found);
        }
    }
    let groups = groups(files);
    if request.name.is_some() && groups.len() > 1 {
        let sources = groups.iter().map(|group| pattern(&group.files.iter().collect::<Vec<_>>()).unwrap_or_default());
        return Err(InferError::SeveralSources { count: groups.len(), sources: sources.collect() });
    }
    let mut drafts: Vec<SourceDraft> = Vec::with_capacity(groups.len());
    for group in &groups {
        let draft = source(group, &drafts, request, printer).await?;
        drafts.push(draft);
    }
    let block = format!("{}{}{}", HEAD, yaml::block(&drafts), TAIL);
    let open: Vec<String> = drafts.iter().flat_map(|draft| draft.undecided.iter().cloned()).collect();
    if open.is_empty() { Ok(block) } else { Err(InferError::Undecided { open, draft: block }) }
}

/// The draft of one source, verified. The files are read again if a form does not fit all cells after all, if a line that
/// was taken for a total is a record among others, or if a pattern matched records.
async fn source(
    group: &Group,
    others: &[SourceDraft],
    request: &InferRequest,
    printer: &Printer,
) -> Result<SourceDraft, InferError> {
    let (mut exempt, mut refused, mut exact) = (HashSet::new(), HashSet::new(), false);
    let mut known_forms = trial::Known::default();
    loop {
        let started = Instant::now();
        let profile = profile(group, &request.project, &exempt, exact)?;
        let tried = trial::forms(&profile, &refused, &mut known_forms, &request.scratch).await?;
        let mut draft = declare::source(group, &profile, others, &tried);
        if let Some(name) = &request.name {
            draft.name.clone_from(name);
        }
        report(printer, &draft, &profile, started);
        printer.stage("verify", &draft.name);
        let records = verify::verify(&mut draft, group, &profile, request).await?;
        let known = exempt.len() + refused.len() + usize::from(exact);
        exact |=
            draft.lost > 0 && profile.odd.ignored().0.iter().any(|ignored| ignored.lines[0].oddity != Oddity::Header);
        exempt.extend(records);
        // A form that only some of the cells have is none of the column's.
        refused.extend(tried.keys().filter(|at| !draft.undecided.is_empty() && draft.faulty.contains(at)));
        if exempt.len() + refused.len() + usize::from(exact) == known {
            return Ok(draft);
        }
    }
}

const HEAD: &str = "\
# Inferred from whole files. The comments give the evidence for each declaration. Review the block, correct anything you
# know better, and put it under `sources` of a pipeline.
";

const TAIL: &str = "
# Next steps: state in each description what one row is, add rules (min, max, accepted_values, pattern, references), and
# write sql/staging/stg_<source>.sql, which renames and casts the columns for downstream models. `lojal check` reports
# anything that does not fit.
";

fn report(printer: &Printer, draft: &SourceDraft, profile: &Profile, started: Instant) {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let megabytes = profile.bytes_read as f64 / 1e6;
    let speed = megabytes / started.elapsed().as_secs_f64().max(1e-6);
    let rows = crate::words::counted(profile.rows, "row");
    printer.stage("infer", &format!("{}: {rows}, {megabytes:.1} MB read at {speed:.0} MB/s", draft.name));
}

/// A path as the block writes it: relative to the project folder if it is inside it.
fn relative(path: &Path, project: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let absolute = |path: &Path| {
        here.join(path).components().filter(|part| *part != std::path::Component::CurDir).collect::<PathBuf>()
    };
    let (file, folder) = (absolute(path), absolute(project));
    match file.strip_prefix(&folder) {
        Ok(inside) => inside.to_owned(),
        Err(_) => file,
    }
}

/// Reads all files of a group.
fn profile(group: &Group, project: &Path, exempt: &HashSet<(u16, u64)>, exact: bool) -> Result<Profile, InferError> {
    let mut profile = Profile::default();
    profile.exempt.clone_from(exempt);
    profile.odd.exact = exact;
    for (number, file) in group.files.iter().enumerate() {
        let failed = |source| InferError::Read { path: file.path.clone(), source };
        let mut file = file.clone();
        file.path = project.join(&file.path);
        if file.names.is_empty() {
            let reason = file.remarks.first().cloned().unwrap_or_else(|| "it contains no records".to_owned());
            return Err(InferError::NoColumns { path: file.path, reason });
        }
        let places = places(&file, number, &mut profile);
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        scan(&file, &places, number, &mut profile).map_err(failed)?;
        if matches!(file.kind, Kind::Json | Kind::JsonLines) {
            // A key that some records lack is an empty cell, like a null.
            profile.lacking.iter_mut().for_each(|lacking| *lacking = false);
        }
    }
    // Lines that may not be ignored are rejected.
    profile.misfits += profile.odd.ignored().1;
    Ok(profile)
}

fn scan(file: &Sniffed, places: &[usize], number: u16, profile: &mut Profile) -> std::io::Result<()> {
    match (file.kind, &file.layout) {
        (Kind::Text, Some(layout)) => text::scan(&mut *file.content()?, layout, places, number, profile),
        (Kind::Parquet, _) => parquet::scan(&file.path, places, &file.names, number, profile),
        (Kind::Xlsx, _) => xlsx::scan(file, places, number, profile),
        (kind, _) => json::scan(&mut *file.content()?, kind, number, profile),
    }
}

/// The profile's column for each of a file's columns. If one column is missing and one is new in its position, it is
/// taken for the missing one, renamed.
fn places(file: &Sniffed, number: usize, profile: &mut Profile) -> Vec<usize> {
    let known = profile.names.len();
    let has =
        |profile: &Profile, at: usize, name: &String| profile.names[at] == *name || profile.aliases[at].contains(name);
    let missing: Vec<usize> = (0..known).filter(|at| !file.names.iter().any(|name| has(profile, *at, name))).collect();
    let mut places = Vec::with_capacity(file.names.len());
    for (at, name) in file.names.iter().enumerate() {
        let place = match (0..known).find(|place| has(profile, *place, name)) {
            Some(place) => place,
            None if missing.contains(&at) && file.names.len() == known => {
                profile.aliases[at].push(name.clone());
                at
            }
            None => {
                let place = profile.add_column(name.clone());
                profile.lacking[place] = number > 0;
                place
            }
        };
        profile.stated[place] = file.stated.get(at).copied().flatten();
        places.push(place);
    }
    for at in (0..known).filter(|at| !places.contains(at)) {
        profile.lacking[at] = true;
    }
    places
}
