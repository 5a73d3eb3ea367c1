//! What a batch of typed cells amounts to: control totals, the latest event, the rows after a limit.

use super::cells::ColumnBuffer;

/// The control total's product for each row of the batch; `None` if a cell is missing.
pub(super) fn multiply(columns: &[ColumnBuffer], amount: &[usize], rows: usize, products: &mut Vec<Option<i128>>) {
    products.clear();
    if amount.is_empty() {
        return;
    }
    products.resize(rows, Some(1));
    for column in amount {
        let absent = match &columns[*column] {
            ColumnBuffer::Int(cells) => {
                multiply_by(products, cells.values.iter().map(|v| i128::from(*v)));
                &cells.absent
            }
            ColumnBuffer::Decimal(cells) => {
                multiply_by(products, cells.values.iter().copied());
                &cells.absent
            }
            _ => continue,
        };
        for row in absent {
            products[*row] = None;
        }
    }
}

fn multiply_by(products: &mut [Option<i128>], values: impl Iterator<Item = i128>) {
    for (product, value) in products.iter_mut().zip(values) {
        let Some(left) = *product else { continue };
        *product = Some(match (i64::try_from(left), i64::try_from(value)) {
            // The common case, without the overflow check of 128-bit multiplication.
            (Ok(left), Ok(value)) => i128::from(left) * i128::from(value),
            _ => left.saturating_mul(value),
        });
    }
}

/// The latest event among the wanted rows.
pub(super) fn latest(cells: &ColumnBuffer, wanted: impl Fn(usize) -> bool) -> Option<i64> {
    fn of<V: Copy + Into<i64>>(values: &[V], absent: &[usize], wanted: impl Fn(usize) -> bool) -> Option<i64> {
        let mut absent = absent.iter().peekable();
        let mut max = None;
        for (row, value) in values.iter().enumerate() {
            if absent.next_if(|next| **next == row).is_none() && wanted(row) {
                max = max.max(Some((*value).into()));
            }
        }
        max
    }
    match cells {
        ColumnBuffer::Date(cells) => of(&cells.values, &cells.absent, wanted),
        ColumnBuffer::Timestamp(cells) => of(&cells.values, &cells.absent, wanted),
        _ => None,
    }
}

/// The instant of a row in microseconds, a date at its midnight; `None` if the cell is empty or no time.
pub(super) fn moment(cells: &ColumnBuffer, row: usize) -> Option<i64> {
    const DAY: i64 = 86_400_000_000;
    match cells {
        ColumnBuffer::Date(cells) if cells.absent.binary_search(&row).is_err() => {
            cells.values.get(row).map(|day| i64::from(*day) * DAY)
        }
        ColumnBuffer::Timestamp(cells) if cells.absent.binary_search(&row).is_err() => cells.values.get(row).copied(),
        _ => None,
    }
}

/// The rows whose event is after the limit.
pub(super) fn after(cells: &ColumnBuffer, limit: i64) -> Vec<usize> {
    fn of<V: Copy + Into<i64>>(values: &[V], absent: &[usize], limit: i64) -> Vec<usize> {
        let later = values.iter().enumerate().filter(|(_, value)| Into::<i64>::into(**value) > limit);
        later.map(|(row, _)| row).filter(|row| absent.binary_search(row).is_err()).collect()
    }
    match cells {
        ColumnBuffer::Date(cells) => of(&cells.values, &cells.absent, limit),
        ColumnBuffer::Timestamp(cells) => of(&cells.values, &cells.absent, limit),
        _ => Vec::new(),
    }
}
