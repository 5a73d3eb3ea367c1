//! Opens a source: finds its files, chooses those to read, and compares their columns with the declaration before any
//! row is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use indexmap::IndexMap;

use super::columns::layouts;
use super::correction::Corrections;
use super::deliveries::{choose, numbers};
use super::error::{ExtractError, ExtractFault};
use super::files::{Listed, list, of_path};
use super::formats;
use super::frame::Format;
use super::opened::{Basis, Opened};
use super::quarantine::Origin;
use super::row_promises::{last_of, promises_of};
use super::rows::{Compared, RowOptions, RowPromises, RowRules, RuleError};
use crate::config::ExtraColumns;
use crate::local_time::LocalTime;
use crate::source::{Input, Source};
use crate::store::Stored;

/// Options for reading a run's sources.
#[derive(Debug, Clone)]
pub struct OpenOptions<'a> {
    /// Project folder, which paths are relative to.
    pub project: &'a Path,
    /// Zone of local times.
    pub time_zone: Tz,
    /// Folder for rejected rows.
    pub quarantine: PathBuf,
    /// All sources of the pipeline; some are read only for the values that others refer to.
    pub all: &'a IndexMap<String, Source>,
    /// The files of the extracts in the last snapshot.
    pub earlier: &'a [Input],
    /// The run, for its rejected rows.
    pub run_id: &'a str,
    /// The warehouse's files of corrections, sorted by name.
    pub corrections: Vec<Stored>,
}

/// Opens a source. Only deliveries by `as_of` count; without it, all do.
pub(super) fn open(
    source: &Source,
    as_of: Option<NaiveDate>,
    local_time: &Arc<LocalTime>,
    options: &OpenOptions<'_>,
    warnings: &mut Vec<String>,
) -> Result<Opened, ExtractError> {
    let Listed { files, warnings: of_files, place } = list(options.project, source)?;
    warnings.extend(of_files);
    if files.is_empty() && source.expected {
        warnings.push(format!("source {}: no file matches {}; its table is empty", source.name, source.path.shown));
    }
    let chosen = choose(source, files, as_of)?;
    warnings.extend(chosen.warnings);
    let limit = as_of.and_then(|as_of| event_limit(source, as_of, options.time_zone));
    let deliveries = numbers(&chosen.files);
    let mut promises = promises_of(source, local_time, as_of, options.time_zone)?;
    promises.compared = compared(source, deliveries.last() > Some(&0));
    let reader =
        Reader::new(source, local_time, as_of, limit, Some(promises)).map_err(|errors| wrong(source, &errors))?;
    let found = layouts(source, reader.format.as_ref(), &chosen.files, warnings)?;
    let quarantine = Origin {
        run_id: options.run_id.to_owned(),
        source: source.name.clone(),
        as_of,
        files: chosen.files.iter().map(|file| file.shown.clone()).collect(),
        folder: options.quarantine.join(&source.name),
    };
    let corrections = Corrections::read(&options.corrections, &source.name)
        .map_err(|error| ExtractError::of(source, ExtractFault::Corrections(Arc::new(error))))?;
    let earlier = options.earlier.iter().filter(|input| input.source == source.name).cloned().collect();
    Ok(Opened {
        source: source.clone(),
        format: reader.format,
        rules: reader.rules,
        deliveries,
        files: chosen.files,
        unread: chosen.unread,
        compared: chosen.compared,
        place,
        layouts: found.layouts,
        stated_rows: found.stated_rows,
        basis: Basis { as_of, zone: options.time_zone, earlier },
        corrections,
        quarantine,
        is_looked_at: false,
    })
}

/// Which cells make rows equal. What differs only in undeclared columns matters where equal rows are left out and no key
/// decides.
fn compared(source: &Source, has_several_deliveries: bool) -> Compared {
    let is_by_rows = source.compares_rows() && source.key.is_empty() && source.replaces.is_empty();
    match source.extra_columns {
        ExtraColumns::Ignore => Compared::Declared,
        ExtraColumns::Warn if is_by_rows && has_several_deliveries => Compared::Both,
        ExtraColumns::Warn | ExtraColumns::Fail => Compared::All,
    }
}

/// The two halves of reading a source: its files to cells, and cells to rows.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) format: Arc<dyn Format>,
    pub(super) rules: Arc<RowRules>,
}

impl Reader {
    /// The reader for a declaration; `limit` is the last event that counts. Bounds and years refer to the as-of day.
    pub(super) fn new(
        source: &Source,
        local_time: &Arc<LocalTime>,
        as_of: Option<NaiveDate>,
        limit: Option<i64>,
        promises: Option<RowPromises>,
    ) -> Result<Self, Vec<RuleError>> {
        let format = formats::reader(&source.format, &source.columns, &source.other_types);
        let mut options = RowOptions::new(Arc::clone(local_time));
        options.plain_forms = format.as_ref().is_ok_and(|format| format.has_own_values());
        options.event_time = source.event_time;
        options.event_limit = limit;
        options.as_of = as_of;
        options.promises = promises.map(Arc::new);
        options.amount.clone_from(&source.amount);
        options.totals = source.total_columns();
        match (format, RowRules::new(source.columns.clone(), options)) {
            (Ok(format), Ok(rules)) => Ok(Self { format, rules: Arc::new(rules) }),
            (format, rules) => {
                let mut errors = rules.err().unwrap_or_default();
                errors.extend(format.err());
                Err(errors)
            }
        }
    }
}

/// Checks a source's rules: each limit and accepted value must be a valid value of its column.
///
/// # Errors
/// All invalid rules.
pub fn check_rules(source: &Source, zone: Tz) -> Result<(), Vec<RuleError>> {
    Reader::new(source, &LocalTime::shared(zone), None, None, None).map(|_| ())
}

/// The error of a declaration that cannot be right.
pub(super) fn wrong(source: &Source, errors: &[RuleError]) -> ExtractError {
    let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
    of_path(source, ExtractFault::Content(reasons.join("; ")))
}

/// The last event time that counts, in the unit of the source's event column.
fn event_limit(source: &Source, as_of: NaiveDate, zone: Tz) -> Option<i64> {
    Some(last_of(source.columns.get(source.event_time?)?.ty, as_of, zone))
}
