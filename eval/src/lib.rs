//! Scoring models on data sets.
//!
//! [`score`] turns what a model predicted into numbers, each with its interval: accuracy, calibration, distances on
//! WordNet, label spaces that differ, paired comparison of two runs, latencies. [`onnx`] reads and checks model
//! files, [`engine`] runs them.

pub mod engine;
pub mod onnx;
pub mod score;
#[cfg(test)]
mod testing;
