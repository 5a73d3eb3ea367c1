//! Spend per purchase: the Gamma-Gamma model as SQL functions.
//!
//! `gamma_gamma_fit` is an aggregate over customers ([`fit_function`]) that returns a struct. `expected_spend` takes it
//! and one customer's mean spend ([`expected`]). The model itself is in [`gamma_gamma`].

mod documentation;
mod expected;
mod fit_function;
mod gamma_gamma;
#[cfg(test)]
mod tests;

pub use expected::ExpectedSpend;
pub use fit_function::GammaGammaFit;
