//! How the values of a date or timestamp column spread over days.

use super::cells::ColumnBuffer;
use crate::local_time::LocalTime;

/// Rows by day, in a time zone, with the latest value of each day in the column's own unit.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Rows and the latest value of each day from `first` on; days without rows have none.
    days: Vec<(u64, i64)>,
    /// Number of the first day of `days`, since 1970-01-01.
    first: i64,
    /// Cells that are not empty and cannot be read.
    unreadable: u64,
    /// Line and fault of the first of them in the piece that was read last.
    fault: Option<(u64, String)>,
}

impl Tally {
    /// Adds the values of a column.
    pub(super) fn add(&mut self, cells: &ColumnBuffer, rows: usize, zone: &LocalTime) {
        match cells {
            ColumnBuffer::Date(values) => {
                (0..rows).filter_map(|row| values.value(row)).for_each(|day| self.enter(day.into(), day.into()));
            }
            ColumnBuffer::Timestamp(values) => {
                let instants = (0..rows).filter_map(|row| values.value(row));
                instants.for_each(|at| {
                    if let Some(day) = zone.day_at(at) {
                        self.enter(day.into(), at);
                    }
                });
            }
            _ => {}
        }
    }

    /// Adds cells that cannot be read, with line and fault of the first.
    pub(super) fn add_unreadable(&mut self, cells: u64, fault: Option<(u64, String)>) {
        self.unreadable += cells;
        self.fault = self.fault.take().or(fault);
    }

    /// Cells that are not empty and cannot be read.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Takes line and fault of the first cell that cannot be read, in the piece that was read last.
    pub fn take_fault(&mut self) -> Option<(u64, String)> {
        self.fault.take()
    }

    fn enter(&mut self, day: i64, value: i64) {
        let (rows, latest) = self.day(day);
        *rows += 1;
        *latest = (*latest).max(value);
    }

    /// The entry of a day. Values lie in the years that text may name, so the list stays short.
    fn day(&mut self, day: i64) -> (&mut u64, &mut i64) {
        if self.days.is_empty() {
            self.first = day;
        }
        if day < self.first {
            let missing = usize::try_from(self.first - day).unwrap_or(0);
            self.days.splice(0..0, std::iter::repeat_n((0, i64::MIN), missing));
            self.first = day;
        }
        let at = usize::try_from(day - self.first).unwrap_or(0);
        if at >= self.days.len() {
            self.days.resize(at + 1, (0, i64::MIN));
        }
        let (rows, latest) = &mut self.days[at];
        (rows, latest)
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Self) {
        self.unreadable += other.unreadable;
        for (offset, (rows, latest)) in other.days.iter().enumerate().filter(|(_, (rows, _))| *rows > 0) {
            let (known, newest) = self.day(other.first + i64::try_from(offset).unwrap_or(0));
            *known += rows;
            *newest = (*newest).max(*latest);
        }
    }

    /// The latest value of all.
    pub fn latest(&self) -> Option<i64> {
        self.days().map(|(_, latest)| latest).max()
    }

    /// The rows of each day that has any, with the latest value of the day.
    pub fn days(&self) -> impl Iterator<Item = (u64, i64)> {
        self.days.iter().copied().filter(|(rows, _)| *rows > 0)
    }
}
