//! How fast a model answers, by the rules of MLPerf Inference.
//!
//! In: a [`System`] that runs samples that lie ready in memory, and a [`Plan`]. Out: [`Measured`]. Four scenarios:
//!
//! | scenario | queries | figure |
//! |---|---|---|
//! | single-stream | one sample; the next when the last is answered | 90th percentile of the latency |
//! | multi-stream | eight samples; the next when the last is answered | 99th percentile of the latency |
//! | server | one sample each, at random times | greatest rate whose 99th percentile keeps to a bound |
//! | offline | all samples at once | samples a second |
//!
//! A percentile is claimed only where enough queries were measured to be 99 % sure of it
//! ([`score::latency`](crate::score::latency)); else the result is "too few". What is measured here is no MLPerf result: those
//! run for ten minutes and more, on given data sets, by the load generator itself, and are reviewed.

mod clock;
mod loaded;
mod measure;
mod measured;
mod offline;
mod plan;
mod server;
mod streams;
#[cfg(test)]
mod tests;

pub use clock::{Clock, RealClock};
pub use loaded::Loaded;
pub use measure::measure;
pub use measured::{Claim, LatencyFigures, Measured, NOTE, ServerFigures, Trial};
pub use plan::{MAX_QUERIES, Plan, Scenario, System, UnknownScenario};
