//! Customers grouped by equal histories: all that a likelihood needs, and as small as the data allows.

use hashbrown::HashMap;

use super::history::History;

/// Bits of frequency, recency and age. All three are at least 0, so their bits sort like the numbers.
pub(crate) type Key = [u64; 3];

/// How many customers share each history: the state of an aggregation, independent of the order of rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histories {
    counts: HashMap<Key, i64>,
}

impl Histories {
    /// Adds `customers` with this history.
    pub(crate) fn add(&mut self, history: &History, customers: i64) {
        if customers > 0 {
            self.add_key([history.frequency(), history.recency(), history.age()].map(f64::to_bits), customers);
        }
    }

    /// Adds `customers` with the history of these bits.
    pub(crate) fn add_key(&mut self, key: Key, customers: i64) {
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(customers);
    }

    /// Histories and their customers, in order.
    pub(crate) fn sorted(&self) -> Vec<(Key, i64)> {
        let mut sorted: Vec<_> = self.counts.iter().map(|(key, count)| (*key, *count)).collect();
        sorted.sort_unstable();
        sorted
    }

    /// Number of bytes held.
    pub(crate) fn size(&self) -> usize {
        self.counts.allocation_size()
    }
}

/// A frequency and the number of customers with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frequency {
    pub(super) frequency: f64,
    pub(super) customers: f64,
}

/// A time, and the frequency (as an index in [`Sample::frequencies`]) of its customers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) frequency: u32,
    pub(super) time: f64,
}

/// Customers with one history, by the indices of its recency and age in the sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) recency: u32,
    pub(super) age: u32,
    pub(super) customers: f64,
}

/// [`Histories`] arranged for fast likelihoods: every value that depends on part of a history is stored once.
#[derive(Debug)]
pub(crate) struct Sample {
    frequencies: Vec<Frequency>,
    /// Distinct pairs of frequency and recency.
    recencies: Vec<Moment>,
    /// Distinct pairs of frequency and age.
    ages: Vec<Moment>,
    /// By frequency, then recency, then age.
    cells: Vec<Cell>,
    customers: i64,
    repeat_customers: i64,
}

impl Sample {
    pub(crate) fn new(histories: &Histories) -> Self {
        let sorted = histories.sorted();
        let mut ages: Vec<[u64; 2]> = sorted.iter().map(|([frequency, _, age], _)| [*frequency, *age]).collect();
        ages.sort_unstable();
        ages.dedup();
        let mut sample = Self {
            frequencies: Vec::new(),
            recencies: Vec::new(),
            ages: Vec::with_capacity(ages.len()),
            cells: Vec::with_capacity(sorted.len()),
            customers: 0,
            repeat_customers: 0,
        };
        let mut last: Option<[u64; 2]> = None;
        for ([frequency, recency, age], customers) in sorted {
            let new_frequency = last.is_none_or(|[known, _]| known != frequency);
            if new_frequency {
                sample.frequencies.push(Frequency { frequency: f64::from_bits(frequency), customers: 0.0 });
            }
            let place = sample.frequencies.len() as u32 - 1;
            if last != Some([frequency, recency]) {
                sample.recencies.push(Moment { frequency: place, time: f64::from_bits(recency) });
            }
            last = Some([frequency, recency]);
            // Always present. Should it be missing, the index of its neighbour is close enough.
            let at = ages.binary_search(&[frequency, age]).unwrap_or_else(|place| place);
            sample.cells.push(Cell {
                recency: sample.recencies.len() as u32 - 1,
                age: at as u32,
                customers: customers as f64,
            });
            if let Some(group) = sample.frequencies.last_mut() {
                group.customers += customers as f64;
            }
            sample.customers = sample.customers.saturating_add(customers);
            if f64::from_bits(frequency) > 0.0 {
                sample.repeat_customers = sample.repeat_customers.saturating_add(customers);
            }
        }
        let mut place = 0;
        for [frequency, age] in ages {
            while sample.frequencies[place].frequency.to_bits() != frequency {
                place += 1;
            }
            sample.ages.push(Moment { frequency: place as u32, time: f64::from_bits(age) });
        }
        sample
    }

    /// Distinct frequencies, ascending.
    pub(super) fn frequencies(&self) -> &[Frequency] {
        &self.frequencies
    }

    /// Distinct pairs of frequency and recency.
    pub(super) fn recencies(&self) -> &[Moment] {
        &self.recencies
    }

    /// Distinct pairs of frequency and age.
    pub(super) fn ages(&self) -> &[Moment] {
        &self.ages
    }

    /// Customers by history. Cells with the same frequency are adjacent, in the order of [`Self::frequencies`].
    pub(super) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub(crate) const fn customers(&self) -> i64 {
        self.customers
    }

    /// Number of customers who bought again.
    pub(crate) const fn repeat_customers(&self) -> i64 {
        self.repeat_customers
    }

    /// Mean repeat purchases and mean age per customer.
    pub(super) fn means(&self) -> (f64, f64) {
        let (mut purchases, mut age) = (0.0, 0.0);
        for cell in &self.cells {
            let moment = self.ages[cell.age as usize];
            purchases += cell.customers * self.frequencies[moment.frequency as usize].frequency;
            age += cell.customers * moment.time;
        }
        let customers = self.customers.max(1) as f64;
        (purchases / customers, age / customers)
    }
}
