//! The sums that total lines state: over all records whose cells can be read, those of rejected rows included.

use super::Decoder;
use crate::extract::rows::amount::Amount;
use crate::extract::rows::decoded::Decoded;
use crate::extract::rows::measures::multiply;

impl Decoder {
    /// Adds the rows of the batch to the sums that total lines state. Most sources have none.
    pub(super) fn sum_up(&self, rows: usize, out: &mut Decoded) {
        let totals = self.rules.options.totals.as_slice();
        out.sums.resize(totals.len(), Amount::default());
        let mut products = Vec::new();
        for (columns, sum) in totals.iter().zip(&mut out.sums) {
            multiply(&self.columns, columns, rows, &mut products);
            products.iter().flatten().for_each(|value| sum.add(Amount { value: *value, saturated: false }));
        }
    }
}
