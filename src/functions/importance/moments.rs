//! Sums over responses from which all correlations are computed. They can be added, so a million rows are resampled as
//! a thousand sums.
//!
//! Variables are numbered as in a row: 0 is the target, then come the drivers. The noise variable of the significance
//! test (see [`super::bootstrap`]) accompanies each row. Values are standardised beforehand, so that no digits cancel.
//!
//! **Drivers rarely answered together** ([`LEAST_RESPONSES`]) share information: one correlation is pooled from the
//! joint responses of all such pairs, and each pair's own responses shift it. With nine drivers of which every
//! respondent answered one or two, a single pair shows nothing by itself, but all pairs together show that one mood is
//! behind the answers. If drivers were treated as independent, each would be credited with that mood, and R² would be
//! far too large. The pooled value is a shrinkage target like that of Ledoit & Wolf (Journal of Portfolio Management
//! 30(4), 2004): the same for all pairs.

use super::matrix::Matrix;

/// Fewest responses from which a correlation is computed.
pub(super) const LEAST_RESPONSES: usize = 30;
/// Number of joint responses that the pooled correlation counts as, in addition to a pair's own. It is best if true
/// correlations vary about the pooled one with a variance of 1 / 60, a standard deviation of 0.13.
const LENT_RESPONSES: f64 = 60.0;
/// A variable is constant if its variance, relative to that of all rows, is below this.
const LEAST_VARIANCE: f64 = 1e-12;
/// Largest eigenvalue that is ever attributed to sampling error.
const MOST_ERROR: f64 = 0.2;
/// Sums per pair of variables: n, a, b, aa, bb, ab, z, zz, za, zb.
const PER_PAIR: usize = 10;

/// Which sums are kept.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Target and drivers.
    variables: usize,
    /// Whether every row has every variable.
    is_complete: bool,
}

/// The correlations of a set of responses.
#[derive(Debug, Clone)]
pub(super) struct Correlations {
    /// Target and drivers.
    pub(super) joint: Matrix,
    /// Noise that is missing where a driver is, with target and drivers; one row per kind of noise.
    pub(super) noise: Vec<Vec<f64>>,
}

/// Which correlations can be estimated, and which drivers are missing together. Decided once, on all responses.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// Pairs (numbered as in [`Layout::pair`]) of drivers answered together too rarely for a correlation of their own.
    imputed: Vec<bool>,
    /// Whether these pairs together have enough responses for a correlation.
    is_pooled: bool,
    /// Eigenvalues below this are attributed to sampling error; `None` if all correlations come from the same rows, so
    /// that none can be negative.
    pub(super) least_eigenvalue: Option<f64>,
    /// For each kind of noise, a driver that is missing where the noise is.
    kinds: Vec<usize>,
    /// For each driver, its kind of noise.
    pub(super) kind_of: Vec<usize>,
}

impl Layout {
    /// Sums for `variables`, target and drivers.
    pub(super) const fn new(variables: usize, is_complete: bool) -> Self {
        Self { variables, is_complete }
    }

    /// Whether every row has every variable.
    pub(super) const fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Number of sums.
    pub(super) const fn len(&self) -> usize {
        if self.is_complete {
            let columns = self.variables + 1;
            1 + columns + columns * (columns + 1) / 2
        } else {
            self.variables * (self.variables - 1) / 2 * PER_PAIR
        }
    }

    /// Position of the pair `a > b` among all pairs.
    const fn pair(a: usize, b: usize) -> usize {
        a * (a - 1) / 2 + b
    }

    /// Adds a row and its noise. A driver that was not answered is NaN.
    pub(super) fn add(&self, row: &[f64], noise: f64, sums: &mut [f64]) {
        if self.is_complete {
            sums[0] += 1.0;
            let (firsts, products) = sums[1..].split_at_mut(self.variables + 1);
            let mut place = 0;
            for (i, one) in row.iter().chain([&noise]).enumerate() {
                firsts[i] += one;
                for other in row.iter().chain([&noise]).take(i + 1) {
                    products[place] += one * other;
                    place += 1;
                }
            }
        } else {
            for (a, one) in row.iter().enumerate().filter(|(_, one)| !one.is_nan()) {
                let pairs = &mut sums[Self::pair(a.max(1), 0) * PER_PAIR..];
                for ((_, other), sums) in
                    row[..a].iter().enumerate().zip(pairs.chunks_exact_mut(PER_PAIR)).filter(|((_, b), _)| !b.is_nan())
                {
                    let terms = [1.0, *one, *other, one * one, other * other, one * other];
                    let noises = [noise, noise * noise, noise * one, noise * other];
                    sums.iter_mut().zip(terms.iter().chain(&noises)).for_each(|(sum, term)| *sum += term);
                }
            }
        }
    }

    fn pair_sums<'a>(&self, sums: &'a [f64], a: usize, b: usize) -> &'a [f64] {
        &sums[Self::pair(a, b) * PER_PAIR..][..PER_PAIR]
    }

    /// What can be estimated from `sums` over all `rows` responses.
    ///
    /// Correlations over different rows differ from those over the same rows by an error with a variance of about 1/n
    /// of the pair minus 1/n of all rows. Errors of standard deviation s in a matrix of v variables move its
    /// eigenvalues by up to 2 s √v (Wigner's semicircle). An eigenvalue must exceed a quarter of that, but at most
    /// [`MOST_ERROR`], to be trusted. The limit goes to 0 as responses become many or complete.
    pub(super) fn pattern(&self, sums: &[f64], rows: usize) -> Pattern {
        let drivers = self.variables - 1;
        if self.is_complete {
            let (imputed, kind_of) = (Vec::new(), vec![0; drivers]);
            return Pattern { imputed, is_pooled: false, least_eigenvalue: None, kinds: vec![1], kind_of };
        }
        let together = |a, b| self.pair_sums(sums, a, b)[0];
        let (mut kinds, mut kind_of) = (Vec::<usize>::new(), Vec::new());
        for driver in 1..self.variables {
            let answers = together(driver, 0);
            let same = |kind: &usize| together(driver, *kind) == answers && together(*kind, 0) == answers;
            let kind = kinds.iter().position(same).unwrap_or_else(|| {
                kinds.push(driver);
                kinds.len() - 1
            });
            kind_of.push(kind);
        }
        let is_seldom = |sums: &[f64]| sums[0] < LEAST_RESPONSES as f64;
        let errors: Vec<f64> = sums
            .chunks_exact(PER_PAIR)
            .filter(|sums| !is_seldom(sums))
            .map(|sums| 1.0 / sums[0] - 1.0 / rows as f64)
            .collect();
        let variance = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
        let least_eigenvalue = Some((0.5 * (variance * self.variables as f64).sqrt()).min(MOST_ERROR));
        let imputed: Vec<bool> = sums.chunks_exact(PER_PAIR).map(is_seldom).collect();
        let seldom = self.driver_pairs().filter(|(a, b)| imputed[Self::pair(*a, *b)]);
        let is_pooled = seldom.map(|(a, b)| together(a, b)).sum::<f64>() >= LEAST_RESPONSES as f64;
        Pattern { imputed, is_pooled, least_eigenvalue, kinds, kind_of }
    }

    /// Pairs `a > b` of drivers.
    fn driver_pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        (2..self.variables).flat_map(|a| (1..a).map(move |b| (a, b)))
    }

    /// Correlations from `sums` of all responses or of a resample.
    pub(super) fn correlations(&self, sums: &[f64], pattern: &Pattern) -> Correlations {
        if self.is_complete { self.complete(sums) } else { self.pairwise(sums, pattern) }
    }

    fn complete(&self, sums: &[f64]) -> Correlations {
        let n = sums[0];
        let (firsts, products) = sums[1..].split_at(self.variables + 1);
        let product = |a: usize, b: usize| products[a * (a + 1) / 2 + b] - firsts[a] * firsts[b] / n;
        let of = |a: usize, b: usize| ratio(product(a, b), product(a, a), product(b, b), n).unwrap_or(0.0);
        let mut joint = Matrix::identity(self.variables);
        for a in 1..self.variables {
            for b in 0..a {
                joint.set(a, b, of(a, b));
            }
        }
        Correlations { joint, noise: vec![(0..self.variables).map(|b| of(self.variables, b)).collect()] }
    }

    fn pairwise(&self, sums: &[f64], pattern: &Pattern) -> Correlations {
        let mut joint = Matrix::identity(self.variables);
        let (mut total, mut known, mut unknown) = (0.0, 0.0, Vec::new());
        for driver in 1..self.variables {
            // A driver that is constant in a resample is unrelated to the target there.
            joint.set(driver, 0, plain(self.pair_sums(sums, driver, 0)).unwrap_or(0.0));
        }
        for (a, b) in self.driver_pairs() {
            match plain(self.pair_sums(sums, a, b)).filter(|_| !pattern.imputed[Self::pair(a, b)]) {
                Some(r) => {
                    joint.set(a, b, r);
                    total += r;
                    known += 1.0;
                }
                None => unknown.push((a, b)),
            }
        }
        let mean = if known > 0.0 { total / known } else { 0.0 };
        unknown.into_iter().for_each(|(a, b)| joint.set(a, b, mean));
        if pattern.is_pooled {
            self.pool(sums, pattern, &mut joint);
        }
        let noise = |kind: &usize| {
            let with = |other: usize| match other {
                0 => noisy(self.pair_sums(sums, *kind, 0), Side::Second),
                other if other == *kind => noisy(self.pair_sums(sums, *kind, 0), Side::First),
                other => {
                    let (a, b) = (other.max(*kind), other.min(*kind));
                    let side = if other > *kind { Side::First } else { Side::Second };
                    // Where the correlation of noise with a driver cannot be estimated, it is known to be 0.
                    noisy(self.pair_sums(sums, a, b), side).filter(|_| !pattern.imputed[Self::pair(a, b)])
                }
            };
            (0..self.variables).map(|other| with(other).unwrap_or(0.0)).collect()
        };
        let noise = pattern.kinds.iter().map(noise).collect();
        Correlations { joint, noise }
    }

    /// Sets the correlations of drivers rarely answered together: that of all their joint responses, shifted by the
    /// pair's own.
    fn pool(&self, sums: &[f64], pattern: &Pattern, joint: &mut Matrix) {
        // Every row has the target, so its pairs contain each driver's own mean and variance.
        let scales: Vec<(f64, f64)> = (1..self.variables)
            .map(|driver| {
                let pair = self.pair_sums(sums, driver, 0);
                let mean = pair[1] / pair[0];
                (mean, pair[3] / pair[0] - mean * mean)
            })
            .collect();
        let pairs: Vec<(usize, usize, Agreement)> = self
            .driver_pairs()
            .filter(|(a, b)| pattern.imputed[Self::pair(*a, *b)])
            .map(|(a, b)| (a, b, agreement(self.pair_sums(sums, a, b), scales[a - 1], scales[b - 1])))
            .collect();
        let add = |field: fn(&Agreement) -> f64| pairs.iter().map(|(_, _, pair)| field(pair)).sum::<f64>();
        let (product, square) = (add(|pair| pair.product), add(|pair| pair.square));
        // A resample may contain none of these responses. Pairs then keep their values.
        if square > LEAST_VARIANCE {
            let pooled = product / square;
            for (a, b, own) in &pairs {
                let r = (own.product + LENT_RESPONSES * pooled) / (own.square + LENT_RESPONSES);
                joint.set(*a, *b, r.clamp(-1.0, 1.0));
            }
        }
    }
}

/// What joint responses show about the correlation of two drivers, each standardised by all its answers.
struct Agreement {
    /// Sum of products.
    product: f64,
    /// Sum of the mean of both squares. It is never less than the sum of products, so their ratio is a correlation that
    /// does not depend on how narrow or wide the few joint answers are, or on which driver comes first.
    square: f64,
}

/// Agreement from the sums of a pair and the (mean, variance) of both drivers; none if one of them is constant.
fn agreement(pair: &[f64], one: (f64, f64), other: (f64, f64)) -> Agreement {
    // Without answers the mean is NaN, which fails this comparison.
    if !(one.1 > LEAST_VARIANCE && other.1 > LEAST_VARIANCE) {
        return Agreement { product: 0.0, square: 0.0 };
    }
    let about = |sum: f64, first: f64, second: f64, (a, b): (f64, f64)| sum - a * second - b * first + pair[0] * a * b;
    let product = about(pair[5], pair[1], pair[2], (one.0, other.0)) / (one.1 * other.1).sqrt();
    let first = about(pair[3], pair[1], pair[1], (one.0, one.0)) / one.1;
    let second = about(pair[4], pair[2], pair[2], (other.0, other.0)) / other.1;
    Agreement { product, square: 0.5 * (first + second) }
}

/// Which variable of a pair.
#[derive(Clone, Copy)]
enum Side {
    First,
    Second,
}

fn plain(pair: &[f64]) -> Option<f64> {
    let n = pair[0];
    let less = |sum: f64, one: f64, other: f64| sum - one * other / n;
    ratio(less(pair[5], pair[1], pair[2]), less(pair[3], pair[1], pair[1]), less(pair[4], pair[2], pair[2]), n)
}

fn noisy(pair: &[f64], side: Side) -> Option<f64> {
    let n = pair[0];
    let (first, square, product) = match side {
        Side::First => (pair[1], pair[3], pair[8]),
        Side::Second => (pair[2], pair[4], pair[9]),
    };
    let less = |sum: f64, one: f64, other: f64| sum - one * other / n;
    ratio(less(product, pair[6], first), less(square, first, first), less(pair[7], pair[6], pair[6]), n)
}

/// A correlation from sums of squares and products about the means; `None` if a variable is constant.
fn ratio(product: f64, one: f64, other: f64, n: f64) -> Option<f64> {
    let least = LEAST_VARIANCE * n;
    (n >= 2.0 && one > least && other > least).then(|| (product / (one * other).sqrt()).clamp(-1.0, 1.0))
}
