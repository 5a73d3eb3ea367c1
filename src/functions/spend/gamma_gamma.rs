//! The Gamma-Gamma model of spend per purchase (Fader and Hardie, 2013, "The Gamma-Gamma Model of Monetary Value").
//!
//! Spend per purchase is gamma distributed with shape p around an individual level of each customer. The inverse of
//! that level is gamma distributed with shape q and scale gamma. The likelihood of a mean m over x purchases is
//!
//! ```text
//! Γ(px+q) / (Γ(px) Γ(q)) · γ^q m^(px-1) x^(px) / (γ + x m)^(px+q)
//! ```

use hashbrown::HashMap;

use super::super::numeric::{self, Failure, Sum, digamma, ln, ln_gamma, maximise};

/// Fewer customers than this are too few for three parameters.
pub(crate) const LEAST_CUSTOMERS: i64 = 30;

/// How many customers share a frequency and a mean spend, both above 0: the state of an aggregation, keyed by their
/// bits, which sort like the numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spends {
    counts: HashMap<[u64; 2], i64>,
}

impl Spends {
    /// Adds `customers`. A customer without repeat purchases or spend contains no information about spend.
    pub(crate) fn add(&mut self, frequency: i64, mean_spend: f64, customers: i64) {
        if frequency > 0 && mean_spend > 0.0 && customers > 0 {
            self.add_key([(frequency as f64).to_bits(), mean_spend.to_bits()], customers);
        }
    }

    /// Adds `customers` with these bits.
    pub(crate) fn add_key(&mut self, key: [u64; 2], customers: i64) {
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(customers);
    }

    /// Keys and their customers, in order.
    pub(crate) fn sorted(&self) -> Vec<([u64; 2], i64)> {
        let mut sorted: Vec<_> = self.counts.iter().map(|(key, count)| (*key, *count)).collect();
        sorted.sort_unstable();
        sorted
    }

    /// Number of bytes held.
    pub(crate) fn size(&self) -> usize {
        self.counts.allocation_size()
    }
}

/// A sample arranged for fast likelihoods: by frequency, then mean spend.
#[derive(Debug)]
pub(crate) struct Sample {
    groups: Vec<Group>,
    customers: i64,
}

/// Customers of one frequency.
#[derive(Debug)]
struct Group {
    frequency: f64,
    customers: f64,
    /// Sum of ln(mean spend).
    log_spend: f64,
    /// The total spend of each customer, and the number of customers with it.
    totals: Vec<(f64, f64)>,
}

impl Sample {
    pub(crate) fn new(spends: &Spends) -> Self {
        let sorted = spends.sorted();
        let mut customers = 0_i64;
        let groups = sorted
            .chunk_by(|left, right| left.0[0] == right.0[0])
            .filter_map(|cells| {
                let frequency = f64::from_bits(cells.first()?.0[0]);
                let (mut count, mut log_spend) = (Sum::default(), Sum::default());
                for ([_, spend], members) in cells {
                    customers = customers.saturating_add(*members);
                    count.add(*members as f64);
                    log_spend.add(*members as f64 * ln(f64::from_bits(*spend)));
                }
                let totals = cells
                    .iter()
                    .map(|([_, spend], members)| (frequency * f64::from_bits(*spend), *members as f64))
                    .collect();
                Some(Group { frequency, customers: count.value(), log_spend: log_spend.value(), totals })
            })
            .collect();
        Self { groups, customers }
    }

    pub(crate) const fn customers(&self) -> i64 {
        self.customers
    }

    /// Means over customers of frequency and mean spend.
    fn means(&self) -> (f64, f64) {
        let (mut frequency, mut spend) = (Sum::default(), Sum::default());
        for group in &self.groups {
            frequency.add(group.customers * group.frequency);
            for (total, members) in &group.totals {
                spend.add(members * (total / group.frequency));
            }
        }
        let customers = self.customers.max(1) as f64;
        (frequency.value() / customers, spend.value() / customers)
    }

    /// Pearson correlation of frequency and mean spend; `None` if either is constant.
    pub(crate) fn correlation(&self) -> Option<f64> {
        let (mean_frequency, mean_spend) = self.means();
        let (mut frequencies, mut spends, mut both) = (Sum::default(), Sum::default(), Sum::default());
        for group in &self.groups {
            let x = group.frequency - mean_frequency;
            frequencies.add(group.customers * x * x);
            for (total, members) in &group.totals {
                let y = total / group.frequency - mean_spend;
                spends.add(members * y * y);
                both.add(members * x * y);
            }
        }
        let scale = frequencies.value().sqrt() * spends.value().sqrt();
        (scale.is_normal()).then(|| (both.value() / scale).clamp(-1.0, 1.0)).filter(|found| found.is_finite())
    }
}

/// p, q and gamma.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Parameters {
    /// Shape of the spend per purchase.
    pub(crate) p: f64,
    /// Shape of the levels' distribution, above 1.
    pub(crate) q: f64,
    /// Its scale, in units of spend.
    pub(crate) gamma: f64,
}

impl Parameters {
    /// Mean spend over all customers.
    pub(crate) fn mean(&self) -> f64 {
        self.p * self.gamma / (self.q - 1.0)
    }

    /// Expected spend per purchase of a customer with mean spend `mean_spend` over `frequency` purchases (equation 5 of
    /// the note). Without a purchase or a known spend it is the mean over all customers. A spend below 0 counts as 0.
    pub(crate) fn expected(&self, frequency: i64, mean_spend: Option<f64>) -> f64 {
        let expected = match mean_spend {
            Some(spend) if frequency > 0 => {
                let x = frequency as f64;
                // As a weighted mean of level and spend, so that large numbers do not overflow.
                let (own, all) = (self.p * x, self.q - 1.0);
                (all * self.mean() + own * spend.max(0.0)) / (own + all)
            }
            _ => self.mean(),
        };
        expected.clamp(0.0, f64::MAX)
    }
}

/// Why a fit has no parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFitted {
    /// Fewer customers than [`LEAST_CUSTOMERS`].
    TooFewCustomers,
    /// For q <= 1 the mean spend is infinite.
    InfiniteMean,
    /// The search found no maximum.
    Search(Failure),
}

impl NotFitted {
    /// The status shown in the fit.
    pub(crate) const fn status(self) -> &'static str {
        match self {
            Self::TooFewCustomers => "too few customers",
            Self::InfiniteMean => "infinite mean spend (q <= 1)",
            Self::Search(Failure::NoInnerMaximum) => "no inner maximum",
            Self::Search(Failure::NoConvergence) => "no convergence",
        }
    }
}

/// Maximum likelihood on `sample`: parameters and log-likelihood.
pub(crate) fn fit(sample: &Sample) -> Result<(Parameters, f64), NotFitted> {
    if sample.customers < LEAST_CUSTOMERS {
        return Err(NotFitted::TooFewCustomers);
    }
    let (_, spend) = sample.means();
    // Mean spend p gamma / (q - 1) at the mean of the data.
    let starts = [[4.0, 3.0], [1.0, 3.0], [20.0, 5.0], [4.0, 1.5]].map(|[p, q]| [p, q, spend * (q - 1.0) / p]);
    let found = maximise(&Likelihood::new(sample), &starts).map_err(NotFitted::Search)?;
    let [p, q, gamma] = found.parameters;
    if q <= 1.0 {
        return Err(NotFitted::InfiniteMean);
    }
    Ok((Parameters { p, q, gamma }, found.log_likelihood))
}

/// The log-likelihood of p, q and gamma.
pub(super) struct Likelihood<'a> {
    sample: &'a Sample,
}

impl<'a> Likelihood<'a> {
    pub(super) const fn new(sample: &'a Sample) -> Self {
        Self { sample }
    }
}

impl numeric::Likelihood<3> for Likelihood<'_> {
    fn evaluate(&self, &[p, q, gamma]: &[f64; 3]) -> (f64, [f64; 3]) {
        let (mut value, mut slopes) = (Sum::default(), [Sum::default(); 3]);
        let (ln_gamma_q, digamma_q, log_scale) = (ln_gamma(q), digamma(q), ln(gamma));
        for group in &self.sample.groups {
            let x = group.frequency;
            let (shape, both) = (p * x, p * x + q);
            let (log_x, digamma_both) = (ln(x), digamma(both));
            let constant = ln_gamma(both) - ln_gamma(shape) - ln_gamma_q + q * log_scale + shape * log_x;
            // Sums of ln(gamma + total) and of 1 / (gamma + total).
            let (mut logs, mut inverses) = (Sum::default(), Sum::default());
            for (total, members) in &group.totals {
                logs.add(members * ln(gamma + total));
                inverses.add(members / (gamma + total));
            }
            let (logs, inverses) = (logs.value(), inverses.value());
            let n = group.customers;
            value.add(n * constant + (shape - 1.0) * group.log_spend - both * logs);
            slopes[0].add(x * (n * (digamma_both - digamma(shape) + log_x) + group.log_spend - logs));
            slopes[1].add(n * (digamma_both - digamma_q + log_scale) - logs);
            slopes[2].add(n * q / gamma - both * inverses);
        }
        (value.value(), slopes.map(Sum::value))
    }

    fn observations(&self) -> f64 {
        self.sample.customers as f64
    }
}
