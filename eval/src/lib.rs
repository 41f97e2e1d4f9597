//! Scoring models on data sets.
//!
//! [`score`] turns what a model predicted into numbers, each with its interval: accuracy, calibration, distances on
//! WordNet, label spaces that differ, paired comparison of two runs, latencies. [`onnx`] reads and checks model
//! files, [`engine`] runs them, [`isolated`] in a process of its own; [`model`] is a model with its card: the exact
//! preprocessing, what its classes are, where it is from; [`classify`](mod@classify) predicts the classes of single
//! images. [`inference`] takes rows of a data set to predictions, [`run`] is an evaluation from its plan to the record
//! that is stored beside the data set. [`scenario`] measures how fast a model answers, [`resources`] what that costs.

pub mod classify;
pub mod engine;
pub mod fit;
pub mod inference;
pub mod isolated;
pub mod model;
pub mod onnx;
pub mod resources;
pub mod run;
pub mod scenario;
pub mod score;
#[cfg(test)]
mod testing;
