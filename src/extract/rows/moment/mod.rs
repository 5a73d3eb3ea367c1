//! What the text of a cell says of a time, before the column's type, zone and rules judge it: the forms that need no
//! strftime format. `value` is the time itself, `offset` what may follow it, `iso` ISO 8601, `entry` counts such as
//! seconds since 1970 and serial days.

mod entry;
mod iso;
mod offset;
mod value;

pub(in crate::extract::rows) use entry::{Entry, looks_like_count};
pub(in crate::extract::rows) use iso::{iso, micros};
pub(in crate::extract::rows) use offset::{suffix, utc_offset};
pub(in crate::extract::rows) use value::{Clock, MICROS, Miss, Moment, TimeOfDay, day_in_years, day_of};
