//! Where decisions of analysts stand in the extracts, for messages about them.

use std::collections::BTreeSet;

use crate::extract::Extracts;
use crate::identity::OVERRIDE_COLUMNS;
use crate::source::Source;

/// How many places a message names.
const PLACES_SHOWN: usize = 2;

/// The places of the decisions about two records with these ids, as messages name them: none if no source has decisions,
/// or its files can no longer be read.
pub(super) fn places<'a>(
    sources: impl Iterator<Item = &'a Source>,
    extracts: &Extracts,
    [one, other]: &[String; 2],
) -> Vec<String> {
    let ids = BTreeSet::from([one.clone(), other.clone()]);
    let [_, source_id, _, other_source_id, _] = OVERRIDE_COLUMNS;
    let mut found = Vec::new();
    for source in sources {
        let column = |name: &str| source.columns.iter().position(|column| column.name == name);
        let (Some(left), Some(right)) = (column(source_id), column(other_source_id)) else { continue };
        let rows = |column: usize| extracts.rows_with(&source.name, column, &ids).unwrap_or_default();
        let rights = rows(right);
        for (id, place) in rows(left) {
            let is_pair = |(other_id, at): &(String, String)| *at == place && (*other_id != id || one == other);
            if rights.iter().any(is_pair) {
                found.push(place);
            }
        }
    }
    found.truncate(PLACES_SHOWN);
    found
}
