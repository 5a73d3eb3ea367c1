//! The experience metrics: their scales, how a score is counted, and which estimate the counts become.
//!
//! Nine SQL functions share one implementation with two parameters, a [`Metric`] and a [`Statistic`]. The optional
//! method of `ces` is a third. All of them count responses into a [`Tally`].

use super::error::FunctionError;
use super::interval::{Estimate, mean, net_score, share};

/// A survey metric over an integer score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Net promoter score: 0-10, promoters 9-10, detractors 0-6.
    Nps,
    /// Customer satisfaction: 1-5, satisfied 4-5.
    Csat,
    /// Customer effort score: 1-7, where 7 is easy.
    Ces,
}

/// Which number of the estimate a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statistic {
    /// The estimate itself.
    Value,
    /// Lower end of the 95 % interval.
    CiLow,
    /// Upper end of the 95 % interval.
    CiHigh,
}

/// How `ces` summarises its scores. The other metrics have only one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Share of 5-7, 0..1.
    TopBox,
    /// Mean score, 1..7.
    Mean,
    /// Share of 6-7 minus share of 1-3, times 100.
    Net,
}

impl Metric {
    pub const ALL: [Self; 3] = [Self::Nps, Self::Csat, Self::Ces];

    /// Name of the SQL function that returns `statistic` of this metric.
    pub const fn function(self, statistic: Statistic) -> &'static str {
        match (self, statistic) {
            (Self::Nps, Statistic::Value) => "nps",
            (Self::Nps, Statistic::CiLow) => "nps_ci_low",
            (Self::Nps, Statistic::CiHigh) => "nps_ci_high",
            (Self::Csat, Statistic::Value) => "csat",
            (Self::Csat, Statistic::CiLow) => "csat_ci_low",
            (Self::Csat, Statistic::CiHigh) => "csat_ci_high",
            (Self::Ces, Statistic::Value) => "ces",
            (Self::Ces, Statistic::CiLow) => "ces_ci_low",
            (Self::Ces, Statistic::CiHigh) => "ces_ci_high",
        }
    }

    /// Lowest and highest score that a respondent can give.
    pub const fn scale(self) -> (i64, i64) {
        match self {
            Self::Nps => (0, 10),
            Self::Csat => (1, 5),
            Self::Ces => (1, 7),
        }
    }

    /// The fields of a [`Tally`] that pass from partial to final aggregation. Only the mean needs sums, but the shape
    /// of the state must not depend on the method, which DataFusion does not provide when it asks.
    pub(super) const fn state(self) -> &'static [&'static str] {
        const FIELDS: &[&str] = &["responses", "low", "high", "sum", "sum_of_squares"];
        match self {
            Self::Nps | Self::Csat => FIELDS.split_at(3).0,
            Self::Ces => FIELDS,
        }
    }
}

impl Statistic {
    pub const ALL: [Self; 3] = [Self::Value, Self::CiLow, Self::CiHigh];
}

impl Method {
    /// The method that `text` names in a call of `function`.
    pub fn parse(function: &'static str, text: &str) -> Result<Self, FunctionError> {
        match text {
            "top_box" => Ok(Self::TopBox),
            "mean" => Ok(Self::Mean),
            "net" => Ok(Self::Net),
            _ => Err(FunctionError::UnknownMethod { function, method: text.to_owned() }),
        }
    }
}

/// One call of a metric function: everything needed to count scores and to turn the counts into a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scoring {
    metric: Metric,
    statistic: Statistic,
    method: Method,
    /// Scores up to this one count as low.
    low_max: i64,
    /// Scores from this one on count as high.
    high_min: i64,
}

impl Scoring {
    /// The scoring of a call. Only [`Metric::Ces`] uses `method`.
    pub const fn new(metric: Metric, statistic: Statistic, method: Method) -> Self {
        let (low_max, high_min) = match (metric, method) {
            (Metric::Nps, _) => (6, 9),
            (Metric::Csat, _) => (2, 4),
            (Metric::Ces, Method::Net) => (3, 6),
            (Metric::Ces, _) => (3, 5),
        };
        Self { metric, statistic, method, low_max, high_min }
    }

    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// How a single response with this score is counted.
    #[inline]
    pub fn tally(&self, score: i64) -> Result<Tally, FunctionError> {
        let (low, high) = self.metric.scale();
        if score < low || score > high {
            let function = self.metric.function(self.statistic);
            return Err(FunctionError::ScoreOffScale { function, value: score, low, high });
        }
        Ok(Tally {
            responses: 1,
            low: i64::from(score <= self.low_max),
            high: i64::from(score >= self.high_min),
            sum: score,
            sum_of_squares: score * score,
        })
    }

    /// The number that the function returns for these responses; `None` becomes null.
    pub fn evaluate(&self, tally: &Tally) -> Option<f64> {
        let Estimate { value, interval } = self.estimate(tally)?;
        match self.statistic {
            Statistic::Value => Some(value),
            Statistic::CiLow => interval.map(|(low, _)| low),
            Statistic::CiHigh => interval.map(|(_, high)| high),
        }
    }

    fn estimate(&self, tally: &Tally) -> Option<Estimate> {
        match (self.metric, self.method) {
            (Metric::Nps, _) | (Metric::Ces, Method::Net) => net_score(tally.high, tally.low, tally.responses),
            (Metric::Csat, _) | (Metric::Ces, Method::TopBox) => share(tally.high, tally.responses),
            (Metric::Ces, Method::Mean) => {
                let (lowest, highest) = self.metric.scale();
                mean(tally.sum, tally.sum_of_squares, tally.responses, lowest, highest)
            }
        }
    }
}

/// Exact counts of responses. They are the entire state of an aggregation and do not depend on order or partitions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Responses with a score.
    pub responses: i64,
    /// Responses at the low end: detractors, dissatisfied.
    pub low: i64,
    /// Responses at the high end: promoters, satisfied.
    pub high: i64,
    /// Sum of the scores.
    pub sum: i64,
    /// Sum of the squares of the scores.
    pub sum_of_squares: i64,
}

impl Tally {
    /// Adds the responses of `other`.
    #[inline]
    pub fn add(&mut self, other: &Self) {
        self.responses += other.responses;
        self.low += other.low;
        self.high += other.high;
        self.sum += other.sum;
        self.sum_of_squares += other.sum_of_squares;
    }

    /// Removes the responses of `other` again.
    #[inline]
    pub fn subtract(&mut self, other: &Self) {
        self.responses -= other.responses;
        self.low -= other.low;
        self.high -= other.high;
        self.sum -= other.sum;
        self.sum_of_squares -= other.sum_of_squares;
    }

    /// The counts in the order of [`Metric::state`].
    pub(super) const fn to_state(self) -> [i64; 5] {
        [self.responses, self.low, self.high, self.sum, self.sum_of_squares]
    }

    /// The inverse of [`Self::to_state`].
    pub(super) const fn from_state([responses, low, high, sum, sum_of_squares]: [i64; 5]) -> Self {
        Self { responses, low, high, sum, sum_of_squares }
    }
}
