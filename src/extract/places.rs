//! Finds the places of rows that break a promise about the whole source.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::error::ExtractError;
use super::feeder::Feeder;
use super::frame::Wanted;
use super::opened::Opened;
use super::rows::{Resolution, RowPlace, VersionMode, Watch};
use super::unit_decoder::UnitDecoder;

/// Reads a source again, in the order of its files, for rows with repeated values of a promise. It stops once `wanted`
/// values have the places of two different rows each.
pub(super) fn places_of(
    opened: &Arc<Opened>,
    watch: Watch,
    resolution: Option<&Arc<Resolution>>,
    wanted: usize,
) -> Result<Vec<(RowPlace, RowPlace)>, ExtractError> {
    let mut feeder = Feeder::new(Arc::clone(opened));
    let mut decoder = UnitDecoder::watching(Arc::clone(opened), watch);
    if let Some(resolution) = resolution {
        decoder.set_versions(VersionMode::Apply(Arc::clone(resolution)));
    }
    let mut first: HashMap<u128, (RowPlace, u128)> = HashMap::new();
    let mut places = BTreeMap::new();
    while let Some(unit) = feeder.next()? {
        let file = unit.file;
        let decoded = decoder.decode(unit, None).map_err(|error| opened.undecodable(file, &error))?;
        for row in decoded.watched {
            let place = (file, row.line);
            match first.get(&row.value) {
                None => {
                    first.insert(row.value, (place, row.row));
                }
                Some((_, same)) if *same == row.row && opened.source.compares_rows() => {}
                Some((earlier, _)) => {
                    places.entry(*earlier).or_insert(place);
                }
            }
        }
        if places.len() >= wanted {
            break;
        }
    }
    Ok(places.into_iter().take(wanted).collect())
}

/// The first row, in the order of the files, whose value in a date or timestamp column is after a limit; and the value.
pub(super) fn first_after(
    opened: &Arc<Opened>,
    column: usize,
    limit: i64,
) -> Result<Option<(RowPlace, i64)>, ExtractError> {
    let mut feeder = Feeder::new(Arc::clone(opened));
    let mut decoder = UnitDecoder::new(Arc::clone(opened), Vec::new());
    while let Some(unit) = feeder.next()? {
        let file = unit.file;
        let pages = unit.piece.pages(Wanted::Only(&[column]), opened.layouts[file].width);
        let found = pages.and_then(|mut pages| decoder.of_file(file)?.first_after(column, limit, pages.as_mut()));
        if let Some((line, value)) = found.map_err(|error| opened.undecodable(file, &error))? {
            return Ok(Some(((file, line), value)));
        }
    }
    Ok(None)
}

/// Cells of a row, and where it is.
pub(super) type PlacedCells = (Vec<Option<String>>, RowPlace);

/// The cells of some columns with the places of their rows, in the order of the files.
pub(super) fn cells_of(opened: &Arc<Opened>, columns: &[usize]) -> Result<Vec<PlacedCells>, ExtractError> {
    let mut feeder = Feeder::new(Arc::clone(opened));
    let mut decoder = UnitDecoder::new(Arc::clone(opened), Vec::new());
    let mut found = Vec::new();
    while let Some(unit) = feeder.next()? {
        let file = unit.file;
        let pages = unit.piece.pages(Wanted::Only(columns), opened.layouts[file].width);
        let rows = pages.and_then(|mut pages| decoder.of_file(file)?.cells_of(columns, pages.as_mut()));
        let rows = rows.map_err(|error| opened.undecodable(file, &error))?;
        found.extend(rows.into_iter().map(|(line, cells)| (cells, (file, line))));
    }
    Ok(found)
}

/// The places of the rows whose value in a column is one of `values`, in the order of the files.
pub(super) fn rows_with(
    opened: &Arc<Opened>,
    column: usize,
    values: &BTreeSet<String>,
) -> Result<Vec<(String, RowPlace)>, ExtractError> {
    let mut feeder = Feeder::new(Arc::clone(opened));
    let mut decoder = UnitDecoder::new(Arc::clone(opened), Vec::new());
    let mut found = Vec::new();
    while let Some(unit) = feeder.next()? {
        let file = unit.file;
        let pages = unit.piece.pages(Wanted::Only(&[column]), opened.layouts[file].width);
        let rows = pages.and_then(|mut pages| decoder.of_file(file)?.rows_with(column, values, pages.as_mut()));
        let rows = rows.map_err(|error| opened.undecodable(file, &error))?;
        found.extend(rows.into_iter().map(|(value, line)| (value, (file, line))));
    }
    Ok(found)
}
