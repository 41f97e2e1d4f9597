//! What was measured.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::plan::Scenario;
use crate::score::latency::{Latencies, ServerVerdict, fast_queries_needed};

/// Stands beside every figure.
pub const NOTE: &str = "not an MLPerf result";
/// Percentiles that are given where there are enough queries.
const PERCENTILES: [(&str, f64); 6] =
    [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p97", 0.97), ("p99", 0.99), ("p99.9", 0.999)];

/// What was measured in one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// How queries were sent.
    pub scenario: Scenario,
    /// [`NOTE`], which stands beside the figures wherever they are shown.
    pub note: String,
    /// Queries that were answered.
    pub queries: u64,
    /// The samples of all queries.
    pub samples: u64,
    /// From the first query to the last answer; of a server, of all rates.
    pub seconds: f64,
    /// Samples a second; of a server, of all rates.
    pub samples_per_second: f64,
    /// Latencies of single queries; `None` offline.
    pub latency: Option<LatencyFigures>,
    /// The rates that were tried; only of a server.
    pub server: Option<ServerFigures>,
}

/// What can be said of latencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatencyFigures {
    /// The least, in nanoseconds.
    pub min_ns: u64,
    /// The greatest, in nanoseconds.
    pub max_ns: u64,
    /// The mean, rounded down, in nanoseconds.
    pub mean_ns: u64,
    /// Percentiles as measured, in nanoseconds; those for which there are too few queries are left out.
    pub percentiles_ns: BTreeMap<String, u64>,
    /// The percentile that the scenario is judged by: 0.9 or 0.99.
    pub percentile: f64,
    /// What can be claimed of it.
    pub claim: Claim,
}

/// What can be claimed of a percentile, with 99 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// It is at most this.
    AtMost {
        /// The latency in nanoseconds.
        latency_ns: u64,
        /// How many of the highest latencies it leaves out.
        discarded_highest: u64,
    },
    /// Nothing can be claimed of so few queries.
    TooFew {
        /// The queries that were measured.
        queries: u64,
        /// The least number of queries of which anything can be claimed.
        needs: u64,
    },
}

/// The rates of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerFigures {
    /// What the 99th percentile of the latency must keep to, in nanoseconds.
    pub bound_ns: u64,
    /// The greatest rate that was shown to keep to it, in queries a second.
    pub queries_per_second: Option<f64>,
    /// Why there is none.
    pub problem: Option<String>,
    /// The rates that were tried, in order.
    pub trials: Vec<Trial>,
}

/// A rate that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Queries a second on average.
    pub queries_per_second: f64,
    /// Queries that were answered.
    pub queries: u64,
    /// Whether it was ended early, since too many queries were too slow.
    pub ended_early: bool,
    /// The 99th percentile as measured, in nanoseconds.
    pub p99_ns: u64,
    /// Whether it keeps to the bound.
    #[serde(flatten)]
    pub verdict: ServerVerdict,
}

/// The least number of queries of which a percentile can be claimed.
pub fn least_queries(percentile: f64) -> u64 {
    fast_queries_needed(1, percentile) + 1
}

/// A time as nanoseconds.
pub fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl LatencyFigures {
    /// The figures of latencies in nanoseconds, judged by a percentile; `None` if there are none.
    pub fn of(latencies: Vec<u64>, percentile: f64) -> Option<Self> {
        let latencies = Latencies::new(latencies)?;
        let queries = latencies.queries();
        let (min_ns, max_ns) = latencies.range();
        let enough = PERCENTILES.into_iter().filter(|(_, share)| queries >= least_queries(*share));
        let claim = match latencies.estimate(percentile) {
            Some(found) => {
                Claim::AtMost { latency_ns: found.latency, discarded_highest: found.discarded_highest }
            }
            None => Claim::TooFew { queries, needs: least_queries(percentile) },
        };
        Some(Self {
            min_ns,
            max_ns,
            mean_ns: latencies.mean(),
            percentiles_ns: enough
                .map(|(name, share)| (name.to_owned(), latencies.percentile(share)))
                .collect(),
            percentile,
            claim,
        })
    }
}
