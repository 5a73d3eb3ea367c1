//! The time zone that a literal names.

use std::str::FromStr;

use chrono_tz::{TZ_VARIANTS, Tz};
use datafusion::scalar::ScalarValue;

use super::error::FunctionError;

/// The time zone that a literal contains.
pub(super) fn parse_zone(function: &'static str, literal: &ScalarValue) -> Result<Tz, FunctionError> {
    let Some(Some(zone)) = literal.try_as_str() else {
        return Err(FunctionError::ZoneNotLiteral { function });
    };
    Tz::from_str(zone).map_err(|_| {
        let wanted = zone.to_lowercase();
        let nearest = TZ_VARIANTS
            .iter()
            .map(|tz| (strsim::jaro_winkler(&wanted, &tz.name().to_lowercase()), tz.name()))
            .max_by(|left, right| left.0.total_cmp(&right.0))
            // Names less similar than this share little more than their first letters.
            .filter(|(similarity, _)| *similarity >= 0.85)
            .map(|(_, name)| name);
        FunctionError::UnknownZone { zone: zone.to_owned(), nearest }
    })
}
