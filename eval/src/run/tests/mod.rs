//! Evaluations from end to end, on small data sets and models made here.

mod explanations;
mod reports;
mod runs;
mod scores;
mod setup;
