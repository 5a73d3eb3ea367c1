//! Maximum likelihood for models with a few positive parameters.
//!
//! L-BFGS on the logarithms of the parameters (Liu and Nocedal, 1989; line search of Moré and Thuente, 1994), then
//! Newton steps until the gradient is at its rounding error. Nothing is random or depends on time, so the same sample
//! gives the same bits.

use std::cell::Cell;

use argmin::core::{CostFunction, Error, Executor, Gradient};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use super::newton::{cholesky, curvature, solve};
use super::{exp, ln};

/// Logarithms of parameters stay within this distance of 0; beyond it there is only underflow.
const LARGEST_LOG: f64 = 40.0;
/// A maximum is not an inner one if a parameter is further than this (as a logarithm) from every start.
const FURTHEST_LOG: f64 = 16.0;
/// L-BFGS hands over to Newton at this length of the mean gradient.
const ROUGH_GRADIENT: f64 = 1e-5;
const LBFGS_MEMORY: usize = 7;
const LBFGS_STEPS: u64 = 300;
/// The search stops after this many values and gradients. One that converges takes a few hundred at most.
const LBFGS_QUESTIONS: u32 = 4_000;
const NEWTON_STEPS: usize = 40;
/// Newton steps longer than this in any logarithm are shortened to it.
const LONGEST_STEP: f64 = 1.0;
/// The Hessian of the previous step is good enough once steps are this short.
const SHORT_STEP: f64 = 1e-3;
/// The fit has converged when a Newton step moves no logarithm by more than this.
const FINAL_STEP: f64 = 1e-8;
/// Least mean curvature per customer and parameter. Below it, rounding decides where the maximum is.
const LEAST_CURVATURE: f64 = 1e-10;

/// A log-likelihood of `N` positive parameters.
pub(crate) trait Likelihood<const N: usize> {
    /// The log-likelihood at `parameters` and its derivatives with respect to them.
    fn evaluate(&self, parameters: &[f64; N]) -> (f64, [f64; N]);

    /// Number of observations in the sum. The search works on the mean, so that its limits fit any size.
    fn observations(&self) -> f64;
}

/// Where a likelihood is largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Maximum<const N: usize> {
    pub(crate) parameters: [f64; N],
    /// The log-likelihood there.
    pub(crate) log_likelihood: f64,
}

/// Why there is no maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The likelihood keeps rising as a parameter goes to zero or infinity, or it is flat.
    NoInnerMaximum,
    /// The search ended without reaching a maximum.
    NoConvergence,
}

/// A point, the value there and the gradient.
type Evaluation<const N: usize> = ([f64; N], f64, [f64; N]);

/// The mean log-likelihood as a function of the parameters' logarithms.
struct Surface<'a, L, const N: usize> {
    likelihood: &'a L,
    /// The last point and its result: a line search requests value and gradient separately.
    last: Cell<Option<Evaluation<N>>>,
    /// The highest point so far.
    best: Cell<([f64; N], f64)>,
    /// Number of requests so far, at the same or different points.
    questions: Cell<u32>,
}

impl<'a, L: Likelihood<N>, const N: usize> Surface<'a, L, N> {
    fn new(likelihood: &'a L, start: [f64; N]) -> Self {
        Self { likelihood, last: Cell::new(None), best: Cell::new((start, f64::NEG_INFINITY)), questions: Cell::new(0) }
    }

    fn at(&self, point: &[f64; N]) -> (f64, [f64; N]) {
        if let Some((last, value, gradient)) = self.last.get()
            && last == *point
        {
            return (value, gradient);
        }
        let parameters = point.map(|log| exp(log.clamp(-LARGEST_LOG, LARGEST_LOG)));
        let (value, mut gradient) = self.likelihood.evaluate(&parameters);
        let observations = self.likelihood.observations();
        for ((slope, parameter), log) in gradient.iter_mut().zip(&parameters).zip(point) {
            *slope *= if log.abs() > LARGEST_LOG { 0.0 } else { parameter / observations };
        }
        let value = value / observations;
        if value > self.best.get().1 {
            self.best.set((*point, value));
        }
        self.last.set(Some((*point, value, gradient)));
        (value, gradient)
    }
}

/// [`Surface`] with its sign reversed, as the solver expects.
struct Valley<'a, 'b, L, const N: usize>(&'b Surface<'a, L, N>);

impl<L: Likelihood<N>, const N: usize> Valley<'_, '_, L, N> {
    /// The surface at a point. Fails after [`LBFGS_QUESTIONS`] requests: the line search has no limit of its own, and
    /// where the surface is flat to the last digit it narrows its interval forever.
    fn at(&self, point: &[f64]) -> Result<(f64, [f64; N]), Error> {
        self.0.questions.set(self.0.questions.get() + 1);
        if self.0.questions.get() > LBFGS_QUESTIONS {
            return Err(Error::msg("the search does not converge"));
        }
        Ok(self.0.at(&fixed(point)?))
    }
}

fn fixed<const N: usize>(point: &[f64]) -> Result<[f64; N], Error> {
    Ok(point.try_into()?)
}

impl<L: Likelihood<N>, const N: usize> CostFunction for Valley<'_, '_, L, N> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, point: &Vec<f64>) -> Result<f64, Error> {
        Ok(-self.at(point)?.0)
    }
}

impl<L: Likelihood<N>, const N: usize> Gradient for Valley<'_, '_, L, N> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, point: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.at(point)?.1.map(|slope| -slope).to_vec())
    }
}

/// The maximum of `likelihood`, searched from each of `starts` in turn until one converges.
pub(crate) fn maximise<L: Likelihood<N>, const N: usize>(
    likelihood: &L,
    starts: &[[f64; N]],
) -> Result<Maximum<N>, Failure> {
    let mut failure = Failure::NoConvergence;
    for start in starts {
        match climb(likelihood, start) {
            Ok(maximum) => return Ok(maximum),
            Err(found) => failure = found,
        }
    }
    Err(failure)
}

fn climb<L: Likelihood<N>, const N: usize>(likelihood: &L, start: &[f64; N]) -> Result<Maximum<N>, Failure> {
    let start = start.map(ln);
    let surface = Surface::new(likelihood, start);
    let search = LBFGS::new(MoreThuenteLineSearch::new(), LBFGS_MEMORY).with_tolerance_grad(ROUGH_GRADIENT);
    if let Ok(search) = search {
        // A line search that gives up is not a failure yet: Newton's steps begin at the highest point it found.
        let _ = Executor::new(Valley(&surface), search)
            .configure(|state| state.param(start.to_vec()).max_iters(LBFGS_STEPS))
            .timer(false)
            .run();
    }
    polish(&surface, &start)
}

/// Newton steps from the highest point of `surface` to its maximum.
fn polish<L: Likelihood<N>, const N: usize>(surface: &Surface<L, N>, start: &[f64; N]) -> Result<Maximum<N>, Failure> {
    let (mut point, value) = surface.best.get();
    if !value.is_finite() {
        return Err(Failure::NoConvergence);
    }
    let mut factor = None;
    let mut previous = f64::INFINITY;
    for _ in 0..NEWTON_STEPS {
        let (_, gradient) = surface.at(&point);
        let known = factor.filter(|_| previous < SHORT_STEP);
        let Some(usable) = known.or_else(|| cholesky(&curvature(&point, |point| surface.at(point).1), LEAST_CURVATURE))
        else {
            return Err(Failure::NoInnerMaximum);
        };
        factor = Some(usable);
        let step = solve(&usable, &gradient);
        let longest = step.iter().fold(0.0, |longest: f64, part| longest.max(part.abs()));
        if !longest.is_finite() {
            return Err(Failure::NoConvergence);
        }
        // Once rounding dominates the gradient, steps no longer shrink.
        if longest <= FINAL_STEP && longest >= 0.5 * previous {
            break;
        }
        let scale = if longest > LONGEST_STEP { LONGEST_STEP / longest } else { 1.0 };
        for (log, part) in point.iter_mut().zip(&step) {
            *log += scale * part;
        }
        previous = longest;
        if point.iter().zip(start).any(|(log, start)| (log - start).abs() > FURTHEST_LOG) {
            return Err(Failure::NoInnerMaximum);
        }
        if longest == 0.0 {
            break;
        }
    }
    if previous > FINAL_STEP {
        return Err(Failure::NoConvergence);
    }
    let parameters = point.map(exp);
    let (log_likelihood, _) = surface.likelihood.evaluate(&parameters);
    if !log_likelihood.is_finite() || !parameters.iter().all(|parameter| parameter.is_normal()) {
        return Err(Failure::NoConvergence);
    }
    Ok(Maximum { parameters, log_likelihood })
}
