//! When customers buy and when they leave: BG/NBD, MBG/NBD and Pareto/NBD as SQL functions.
//!
//! `purchase_fit` and the functions for single models are aggregates over customers ([`fit_function`], with their state
//! in [`state`]) that return a struct ([`fit_value`]). The scalar functions take that struct and one customer's history
//! ([`predict`], [`clv`]). The models themselves are in [`model`].

mod clv;
mod documentation;
mod fit_function;
mod fit_value;
mod model;
mod predict;
mod prediction;
mod state;

pub use clv::CustomerLifetimeValue;
pub use fit_function::PurchaseFit;
pub use model::PurchaseModel;
pub use predict::PurchasePrediction;
pub use prediction::Prediction;
