//! Chooses the files of a source that are read, and their order: by delivery day, then by name.
//!
//! Runs between finding files and opening them. A file that is not read stays in the ledger with the reason: a later
//! snapshot, a delivery after the as-of day, or the same bytes under another name.

mod by_name;
mod chosen;
mod same;

use chrono::NaiveDate;

use super::error::{ExtractError, ExtractFault};
use super::extract_file::ExtractFile;
use super::files::of_path;
use super::ledger::FileStatus;
use crate::config::DeliveryMode;
use crate::source::{ColumnType, DayForm, Delivery, Source};
pub(super) use by_name::by_name;
use chosen::Chosen;

/// How many days a message lists when no delivery fits.
const SHOWN: usize = 5;

/// Chooses among a source's files. Without `as_of`, all deliveries count.
///
/// # Errors
/// Names without a day, no snapshot on or before the as-of day, files that cannot be read.
pub(super) fn choose(
    source: &Source,
    mut files: Vec<ExtractFile>,
    as_of: Option<NaiveDate>,
) -> Result<Chosen, ExtractError> {
    let mut chosen = Chosen::default();
    if let Some(delivery) = &source.delivery
        && let Some(form) = &delivery.date_in_name
    {
        dated(source, form, &mut files)?;
    }
    files.sort_by(|a, b| {
        let by_day = a.input.delivery_day.cmp(&b.input.delivery_day);
        // The parts of a bundle follow each other.
        by_day.then_with(|| by_name(a.whole(), b.whole())).then_with(|| by_name(&a.name, &b.name))
    });
    let known = match &source.delivery {
        Some(delivery) if day_decides(source, delivery) => {
            known_by_day(source, delivery.mode, files, as_of, &mut chosen)?
        }
        _ => files,
    };
    same::pass_over(source, known, &mut chosen)?;
    Ok(chosen)
}

/// The number of each file's delivery: files of one day have the same, and without a day the parts of a bundle; any other
/// file without a day is a delivery.
pub(super) fn numbers(files: &[ExtractFile]) -> Vec<u32> {
    let mut last: Option<&ExtractFile> = None;
    let mut number = 0;
    let belong = |one: &ExtractFile, other: &ExtractFile| match (one.input.delivery_day, other.input.delivery_day) {
        (None, None) => one.bundle.is_some() && one.bundle == other.bundle,
        (one, other) => one == other,
    };
    let numbers = files.iter().map(|file| {
        if last.is_some_and(|last| !belong(last, file)) {
            number += 1;
        }
        last = Some(file);
        number
    });
    numbers.collect()
}

/// Whether the day in a file's name decides if the file counts on the as-of day.
pub(super) fn day_decides(source: &Source, delivery: &Delivery) -> bool {
    let by_version = delivery.version.and_then(|index| source.columns.get(index));
    let dated_version = by_version.is_some_and(|spec| matches!(spec.ty, ColumnType::Date | ColumnType::Timestamp));
    delivery.date_in_name.is_some()
        && match delivery.mode {
            DeliveryMode::Snapshot => true,
            DeliveryMode::Upsert => !dated_version,
            DeliveryMode::Append => source.event_time.is_none(),
        }
}

fn dated(source: &Source, form: &str, files: &mut [ExtractFile]) -> Result<(), ExtractError> {
    let days = DayForm::new(form).map_err(|reason| of_path(source, ExtractFault::Content(reason)))?;
    let mut wrong = Vec::new();
    for file in files {
        // The folder's name may carry the day instead of the file's.
        let mut found = days.days(file.file_name());
        if found.is_empty() {
            found = days.days(&file.name);
        }
        match found.as_slice() {
            [day] => file.input.delivery_day = Some(*day),
            several => wrong.push((file.input.path.clone(), several.to_vec())),
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(ExtractError::of(source, ExtractFault::Undated { form: form.to_owned(), files: wrong }))
}

fn known_by_day(
    source: &Source,
    mode: DeliveryMode,
    files: Vec<ExtractFile>,
    as_of: Option<NaiveDate>,
    chosen: &mut Chosen,
) -> Result<Vec<ExtractFile>, ExtractError> {
    let is_known = |file: &ExtractFile| as_of.is_none_or(|as_of| file.input.delivery_day <= Some(as_of));
    let newest = files.iter().filter(|file| is_known(file)).filter_map(|file| file.input.delivery_day).max();
    if newest.is_none() && !files.is_empty() {
        let mut days: Vec<NaiveDate> = files.iter().filter_map(|file| file.input.delivery_day).collect();
        days.dedup();
        days.truncate(SHOWN);
        let error = ExtractError::of(source, ExtractFault::NoDelivery { as_of, days });
        if !source.optional {
            return Err(error);
        }
        chosen.warnings.push(format!("{error}; its table is empty"));
    }
    let mut known = Vec::new();
    for file in files {
        if !is_known(&file) {
            chosen.pass_over(&file, FileStatus::AfterAsOf);
        } else if mode == DeliveryMode::Snapshot && file.input.delivery_day != newest {
            chosen.pass_over(&file, FileStatus::Superseded);
        } else {
            known.push(file);
        }
    }
    Ok(known)
}
