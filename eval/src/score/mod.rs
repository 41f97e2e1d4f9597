//! Scores of predictions.
//!
//! In: a [`Prediction`] a sample, made of a model's logits or probabilities. Out: plain structs of numbers that
//! serialise to JSON. Everything is computed in 64-bit floats; where classes tie, the one with the lower number comes
//! first. Nothing here reads a file or knows an engine.

pub mod calibration;
pub mod classification;
pub mod compare;
pub mod hierarchy;
pub mod interval;
pub mod label_errors;
pub mod label_space;
pub mod latency;
mod prediction;
pub mod subtrees;
pub mod valid_labels;

pub use interval::{Count, Interval};
pub use prediction::{Prediction, PredictionError, softmax};
