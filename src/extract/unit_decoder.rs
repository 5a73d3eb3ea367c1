//! Decodes the units of a source, from any of its files.

use std::sync::Arc;

use arrow::error::ArrowError;

use super::feeder::Unit;
use super::frame::Wanted;
use super::opened::Opened;
use super::rows::{Decoded, Decoder, Layout, SeenRows, VersionMode, Watch};
use crate::config::ExtraColumns;

/// Decodes units. Decoders keep their buffers, so one decoder serves as long as files have the same layout.
pub(super) struct UnitDecoder {
    opened: Arc<Opened>,
    projection: Vec<usize>,
    decoder: Option<(Arc<Layout>, Decoder)>,
    watch: Option<Watch>,
    versions: Option<VersionMode>,
}

impl UnitDecoder {
    pub(super) fn new(opened: Arc<Opened>, projection: Vec<usize>) -> Self {
        Self { opened, projection, decoder: None, watch: None, versions: None }
    }

    /// A decoder that collects the rows with these values.
    pub(super) fn watching(opened: Arc<Opened>, watch: Watch) -> Self {
        Self { watch: Some(watch), ..Self::new(opened, Vec::new()) }
    }

    /// Reads rows of a source with a key in this way.
    pub(super) fn set_versions(&mut self, mode: VersionMode) {
        self.versions = Some(mode);
    }

    /// The source.
    pub(super) fn opened(&self) -> &Arc<Opened> {
        &self.opened
    }

    /// The decoder for a file.
    pub(super) fn of_file(&mut self, file: usize) -> Result<&mut Decoder, ArrowError> {
        let layout = &self.opened.layouts[file];
        let held = self.decoder.take().filter(|(held, _)| held == layout);
        let held = match held {
            Some(held) => held,
            None => {
                let rules = Arc::clone(&self.opened.rules);
                let mut decoder = Decoder::new(rules, Arc::clone(layout), &self.projection)?;
                self.versions.iter().for_each(|mode| decoder.set_versions(mode.clone()));
                self.watch.iter().for_each(|watch| decoder.watch(watch.clone()));
                (Arc::clone(layout), decoder)
            }
        };
        let (_, decoder) = self.decoder.insert(held);
        decoder.set_file(self.opened.origin_of(file));
        Ok(decoder)
    }

    pub(super) fn decode(&mut self, unit: Unit, seen: Option<&dyn SeenRows>) -> Result<Decoded, ArrowError> {
        let source = &self.opened.source;
        let by_all = source.compares_rows() && source.extra_columns != ExtraColumns::Ignore;
        let wanted = if by_all { Wanted::All } else { Wanted::Declared };
        let width = self.opened.layouts[unit.file].width;
        let mut pages = unit.piece.pages(wanted, width)?;
        self.of_file(unit.file)?.decode(pages.as_mut(), seen)
    }
}
