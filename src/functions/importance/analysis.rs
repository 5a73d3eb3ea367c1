//! From responses to the importance of each driver.

use super::super::numeric::Sum;
use super::bootstrap::{MOST_FOR_LMG, Replicate, noise, percentiles, replicates, sound, units};
use super::decomposition::{LEAST_PIVOT, collinear, johnson, lmg, r_squared};
use super::matrix::Matrix;
use super::moments::{LEAST_RESPONSES, Layout};
use super::responses::Responses;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    /// Seed of the noise and the resampling.
    pub(super) seed: u64,
    /// Number of bootstrap replicates; 0 means no intervals.
    pub(super) replicates: usize,
}

/// Importance of drivers for a target.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Analysis {
    /// Responses with a target and at least one driver.
    pub(super) responses: usize,
    /// Share of the target's variance that the analysed drivers explain.
    pub(super) r_squared: Option<f64>,
    /// How the correlations were computed.
    pub(super) method: Option<&'static str>,
    /// `analysed`, or the reason why not.
    pub(super) status: &'static str,
    /// The drivers, as named.
    pub(super) drivers: Vec<Driver>,
    /// Positions of the analysed drivers among all drivers.
    pub(super) analysed: Vec<usize>,
    /// Bootstrap replicates, per analysed driver.
    pub(super) replicates: Vec<Replicate>,
}

/// One driver.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Driver {
    pub(super) name: String,
    /// Responses with a target and this driver.
    pub(super) responses: usize,
    /// Mean of these responses.
    pub(super) mean: Option<f64>,
    /// Correlation with the target, before any repair.
    pub(super) correlation: Option<f64>,
    /// Importance, if it was analysed.
    pub(super) figures: Option<Figures>,
    /// `analysed`, a remark on the analysis, or the reason for not analysing it.
    pub(super) status: String,
}

/// Importance of an analysed driver.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figures {
    /// General dominance.
    pub(super) lmg: Option<f64>,
    /// General dominance as a share of R².
    pub(super) lmg_share: Option<f64>,
    /// Johnson's relative weight.
    pub(super) johnson: f64,
    /// Johnson's relative weight as a share of R².
    pub(super) johnson_share: Option<f64>,
    /// Interval of LMG, or of Johnson's weight if LMG was not computed.
    pub(super) interval: Option<(f64, f64)>,
    /// Whether its importance exceeds that of noise.
    pub(super) is_significant: Option<bool>,
}

/// A variable over the rows that count for it.
#[derive(Debug, Clone, Copy, Default)]
struct Summary {
    count: usize,
    mean: f64,
    deviation: f64,
    is_constant: bool,
}

impl Summary {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let (mut sum, mut count, mut low, mut high) = (Sum::default(), 0_usize, f64::INFINITY, f64::NEG_INFINITY);
        for value in values.clone() {
            sum.add(value);
            count += 1;
            low = low.min(value);
            high = high.max(value);
        }
        let mean = if count == 0 { 0.0 } else { sum.value() / count as f64 };
        let mut squares = Sum::default();
        values.for_each(|value| squares.add((value - mean) * (value - mean)));
        let deviation = (squares.value() / count.max(1) as f64).sqrt();
        Self { count, mean, deviation, is_constant: low >= high || deviation == 0.0 }
    }
}

/// Analyses `responses`, whose rows hold the target and one value per name in `names`.
pub(super) fn analyse(responses: &Responses, names: &[String], settings: Settings) -> Analysis {
    let order = responses.order();
    let column = |place: usize| order.iter().map(move |row| responses.row(*row)[place]);
    let (mut drivers, mut analysed) = (Vec::new(), Vec::new());
    let mut scales = vec![Summary::of(column(0))];
    for (place, name) in names.iter().enumerate() {
        let values = column(place + 1);
        let summary = Summary::of(values.clone().filter(|value| !value.is_nan()));
        let targets = column(0).zip(values).filter(|(_, value)| !value.is_nan()).map(|(target, _)| target);
        let status = if summary.count < LEAST_RESPONSES {
            TOO_FEW
        } else if Summary::of(targets).is_constant {
            CONSTANT_TARGET
        } else if summary.is_constant {
            "constant"
        } else {
            analysed.push(place);
            scales.push(summary);
            ANALYSED
        };
        let (count, mean) = (summary.count, (summary.count > 0).then_some(summary.mean));
        let name = name.clone();
        drivers.push(Driver {
            name,
            responses: count,
            mean,
            correlation: None,
            figures: None,
            status: status.to_owned(),
        });
    }
    let target = scales[0];
    let status = if target.count < LEAST_RESPONSES {
        TOO_FEW
    } else if target.is_constant {
        CONSTANT_TARGET
    } else if !analysed.is_empty() {
        if analysed.len() > MOST_FOR_LMG { "analysed without lmg: more than 15 drivers" } else { ANALYSED }
    } else if !drivers.is_empty() && drivers.iter().all(|driver: &Driver| driver.status == TOO_FEW) {
        TOO_FEW
    } else {
        "no driver"
    };
    let mut found = Analysis { responses: responses.len(), status, drivers, analysed, ..Analysis::default() };
    if !found.analysed.is_empty() {
        found.fill(&standardised(responses, &order, &found.analysed, &scales), settings);
    }
    found
}

const ANALYSED: &str = "analysed";
const TOO_FEW: &str = "too few responses";
const CONSTANT_TARGET: &str = "constant target";

/// The target and the analysed drivers as standard deviations from their means, in order. Rows without any of these
/// drivers are dropped.
fn standardised(responses: &Responses, order: &[usize], analysed: &[usize], scales: &[Summary]) -> Responses {
    let mut rows = Responses { width: analysed.len() + 1, values: Vec::new() };
    for place in order {
        let row = responses.row(*place);
        let scaled = |value: f64, scale: &Summary| (value - scale.mean) / scale.deviation;
        let drivers = analysed.iter().zip(&scales[1..]).map(|(driver, scale)| {
            let value = row[driver + 1];
            (!value.is_nan()).then(|| scaled(value, scale))
        });
        rows.add(scaled(row[0], &scales[0]), drivers);
    }
    rows
}

impl Analysis {
    /// Computes importance from standardised rows of the target and the analysed drivers.
    fn fill(&mut self, rows: &Responses, settings: Settings) {
        let layout = Layout::new(rows.width, rows.values.iter().all(|value| !value.is_nan()));
        let noise = noise(settings.seed, rows.len());
        let (unit_of, units) = units(settings.seed, rows.len());
        let width = layout.len();
        let mut sums = vec![0.0; units * width];
        for ((row, noise), unit) in (0..rows.len()).zip(noise).zip(unit_of) {
            layout.add(rows.row(row), noise, &mut sums[unit * width..(unit + 1) * width]);
        }
        let mut total = vec![0.0; width];
        sums.chunks_exact(width).for_each(|unit| total.iter_mut().zip(unit).for_each(|(total, value)| *total += value));
        let pattern = layout.pattern(&total, rows.len());
        let raw = layout.correlations(&total, &pattern).joint;
        let combinations = combinations(&raw, &layout);
        let (joint, is_repaired) = sound(raw.clone(), &pattern);
        self.method = Some(match (layout.is_complete(), is_repaired) {
            (true, _) => "complete rows",
            (false, false) => "pairwise",
            (false, true) => "pairwise, repaired",
        });
        let explained = r_squared(&joint).min(1.0);
        self.r_squared = Some(explained);
        let share = |value: f64| (explained > 0.0).then(|| value / explained);
        let dominance = (self.analysed.len() <= MOST_FOR_LMG).then(|| lmg(&joint));
        let weights = johnson(&joint);
        self.replicates = replicates(&layout, &pattern, &sums, settings.seed, settings.replicates);
        for (place, driver) in self.analysed.iter().enumerate() {
            let each = |field: fn(&Replicate) -> &Vec<f64>| {
                percentiles(self.replicates.iter().map(|replicate| field(replicate)[place]).collect())
            };
            let lmg = dominance.as_ref().map(|values| values[place]);
            let figures = Figures {
                lmg,
                lmg_share: lmg.and_then(share),
                johnson: weights[place],
                johnson_share: share(weights[place]),
                interval: each(|replicate| &replicate.importance),
                is_significant: each(|replicate| &replicate.beyond_noise).map(|(low, _)| low > 0.0),
            };
            let others: Vec<String> =
                combinations[place].iter().map(|other| self.drivers[self.analysed[*other]].name.clone()).collect();
            let driver = &mut self.drivers[*driver];
            driver.correlation = Some(raw.at(0, place + 1));
            driver.figures = Some(figures);
            if !others.is_empty() {
                driver.status = format!("collinear with {}", others.join(", "));
            }
        }
    }
}

/// For each driver, the earlier drivers of which it is a linear combination. Correlations from different respondents
/// cannot reveal combinations of several drivers; there, only copies are found.
fn combinations(joint: &Matrix, layout: &Layout) -> Vec<Vec<usize>> {
    if layout.is_complete() {
        return collinear(joint);
    }
    let is_copy = |one: usize, other: usize| 1.0 - joint.at(one + 1, other + 1).abs() <= LEAST_PIVOT;
    (0..joint.size() - 1).map(|one| (0..one).filter(|other| is_copy(one, *other)).collect()).collect()
}
