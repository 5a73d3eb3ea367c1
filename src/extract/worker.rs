//! Workers of a scan: each takes units of work until none is left, and decodes them on its own thread.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use arrow::array::RecordBatch;
use chrono::NaiveDate;

use super::ExtractError;
use super::csv::{Chunk, Corrector, Decoded, Decoder, DuplicateFilter, FirstSeen, Layout, Place, Watch};
use super::records::{self, RecordDecoder};
use super::scan::{Feeder, Scan, Unit};

/// One worker of a scan. It takes units until none is left and decodes them into batches.
pub(super) struct Worker {
    scan: Arc<Scan>,
    projection: Vec<usize>,
    csv: Option<(Arc<Layout>, Decoder)>,
    records: Option<RecordDecoder>,
    corrector: Corrector,
    ready: VecDeque<RecordBatch>,
    watch: Option<Watch>,
}

impl Worker {
    pub(super) fn new(scan: Arc<Scan>, projection: Vec<usize>) -> Self {
        let corrector = Corrector::new(&scan.plan, &projection);
        Self { scan, projection, csv: None, records: None, corrector, ready: VecDeque::new(), watch: None }
    }

    /// The next rows, or `None` at the end of the source.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, ExtractError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            let Some((unit, in_work)) = self.scan.next()? else {
                return self.scan.fail_on_bad_row().map(|()| None);
            };
            let (file, mut decoded) = self.decode(unit)?;
            self.correct(file, &mut decoded)?;
            self.scan.enter(file, &mut decoded)?;
            drop(in_work);
            self.ready.extend(decoded.batches.into_iter().filter(|batch| batch.num_rows() > 0));
        }
    }

    /// The newest day, of events and versions, in the rest of the source; little else is decoded.
    pub(super) fn newest_day(&mut self) -> Result<Option<NaiveDate>, ExtractError> {
        let columns = self.scan.clocks();
        let mut newest = None;
        self.columns_of(&columns, |scan, decoder, column, chunk| {
            let latest = decoder.latest_of(column, chunk);
            newest = newest.max(latest.and_then(|at| scan.day_of(column, at)));
        })?;
        Ok(newest)
    }

    /// Reads the rest of the source for the values of one column.
    pub(super) fn values_of(&mut self, column: usize, into: &DuplicateFilter) -> Result<(), ExtractError> {
        let mut first = Vec::new();
        self.columns_of(&[column], |_, decoder, column, chunk| {
            first.clear();
            into.first_seen(&decoder.hashes_of(column, chunk), &mut first);
        })
    }

    /// Reads the rest of the source, once for each of the columns.
    fn columns_of(
        &mut self,
        columns: &[usize],
        mut each: impl FnMut(&Scan, &mut Decoder, usize, &Chunk),
    ) -> Result<(), ExtractError> {
        let scan = Arc::clone(&self.scan);
        while let Some((unit, _)) = scan.next()? {
            let (file, chunk) = match unit {
                Unit::Chunk(file, chunk) => (file, chunk),
                Unit::Records(file, records) => (file, self.record_decoder().chunk(file, records).into_chunk()),
                Unit::RowGroup(group) => {
                    for column in columns {
                        let decoder = self.decoder(group.file)?;
                        let each = |chunk: &Chunk| each(&scan, decoder, *column, chunk);
                        let read = records::column_of_group(&group, &scan.source, *column, each);
                        read.map_err(|error| scan.undecodable(group.file, &error.to_string()))?;
                    }
                    continue;
                }
            };
            for column in columns {
                each(&scan, self.decoder(file)?, *column, &chunk);
            }
        }
        Ok(())
    }

    /// Reads the source again, in the order of its files, for rows with repeated values of a promise. It stops once
    /// `wanted` values have the places of two different rows each.
    pub(super) fn places_of(&mut self, watch: &Watch, wanted: usize) -> Result<Vec<(Place, Place)>, ExtractError> {
        let scan = Arc::clone(&self.scan);
        let mut feeder = Feeder::default();
        let mut first: HashMap<u128, (Place, u128)> = HashMap::new();
        let mut places = BTreeMap::new();
        self.watch = Some(watch.clone());
        while let Some(unit) = scan.next_of(&mut feeder)? {
            let file = unit.file();
            for row in self.decode_unseen(unit)?.watched {
                let place = (file, row.line);
                match first.get(&row.value) {
                    None => {
                        first.insert(row.value, (place, row.row));
                    }
                    Some((_, same)) if *same == row.row && scan.filter.is_some() => {}
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

    fn correct(&mut self, file: usize, decoded: &mut Decoded) -> Result<(), ExtractError> {
        let scan = Arc::clone(&self.scan);
        let Some(corrections) = scan.corrections.as_ref().filter(|_| !decoded.rejects.is_empty()) else {
            return Ok(());
        };
        let seen = scan.filter.as_ref().map(|filter| filter as &dyn FirstSeen);
        self.corrector.set_file(scan.origin_of(file));
        let applied = corrections.apply(decoded, &mut self.corrector, seen);
        applied.map_err(|error| scan.undecodable(file, &error.to_string()))
    }

    fn decode(&mut self, unit: Unit) -> Result<(usize, Decoded), ExtractError> {
        let scan = Arc::clone(&self.scan);
        self.decode_with(unit, scan.filter.as_ref().map(|filter| filter as &dyn FirstSeen))
    }

    fn decode_unseen(&mut self, unit: Unit) -> Result<Decoded, ExtractError> {
        Ok(self.decode_with(unit, None)?.1)
    }

    fn decode_with(&mut self, unit: Unit, seen: Option<&dyn FirstSeen>) -> Result<(usize, Decoded), ExtractError> {
        let scan = Arc::clone(&self.scan);
        match unit {
            Unit::Chunk(file, chunk) => {
                let decoded = self.decoder(file)?.decode(&chunk, seen);
                decoded.map(|decoded| (file, decoded)).map_err(|error| scan.undecodable(file, &error.to_string()))
            }
            Unit::Records(file, records) => {
                let records = self.record_decoder().chunk(file, records);
                let decoded = records::decode(records, self.decoder(file)?, seen);
                decoded.map(|decoded| (file, decoded)).map_err(|error| scan.undecodable(file, &error.to_string()))
            }
            Unit::RowGroup(group) => {
                let decoded = records::decode_group(&group, &scan.source, self.decoder(group.file)?, seen);
                decoded
                    .map(|decoded| (group.file, decoded))
                    .map_err(|error| scan.undecodable(group.file, &error.to_string()))
            }
        }
    }

    fn record_decoder(&mut self) -> &mut RecordDecoder {
        self.records.get_or_insert_with(|| RecordDecoder::new(&self.scan))
    }

    /// Decoders keep their buffers, so one decoder serves as long as files have the same layout.
    fn decoder(&mut self, file: usize) -> Result<&mut Decoder, ExtractError> {
        let layout = &self.scan.layouts[file];
        if self.csv.as_ref().is_none_or(|(held, _)| held != layout) {
            let decoder = Decoder::new(Arc::clone(&self.scan.plan), Arc::clone(layout), &self.projection);
            let decoder = decoder.map_err(|error| self.scan.undecodable(file, &error.to_string()))?;
            let mut decoder = decoder;
            self.watch.iter().for_each(|watch| decoder.watch(watch.clone()));
            self.csv = Some((Arc::clone(layout), decoder));
        }
        match &mut self.csv {
            Some((_, decoder)) => {
                decoder.set_file(self.scan.origin_of(file));
                Ok(decoder)
            }
            None => Err(self.scan.undecodable(file, "no decoder")),
        }
    }
}
