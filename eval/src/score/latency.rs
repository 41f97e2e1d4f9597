//! Latencies as MLPerf's load generator judges them. Such figures are not MLPerf results, which a committee reviews.
//!
//! Source: the early-stopping criterion of MLPerf Inference (`loadgen/early_stopping.cc`): a percentile is only stated
//! where enough queries were measured to be 99 % confident in it.

use serde::{Deserialize, Serialize};
use statrs::distribution::{Binomial, DiscreteCDF};

/// The confidence that an estimate needs.
const CONFIDENCE: f64 = 0.99;

/// The least number of fast queries beside `slow` slow ones that shows, at 99 % confidence, that at least a share of
/// `percentile` of all queries is fast.
pub fn fast_queries_needed(slow: u64, percentile: f64) -> u64 {
    // The chance that so few are slow, if exactly `1 - percentile` of all queries were.
    let is_enough = |fast: u64| {
        Binomial::new(1.0 - percentile, fast + slow).is_ok_and(|b| b.cdf(slow) < 1.0 - CONFIDENCE)
    };
    let mut high = 1;
    while !is_enough(high) {
        high *= 2;
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if is_enough(middle) { high = middle } else { low = middle }
    }
    high
}

/// Measured latencies, in nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latencies(Vec<u64>);

/// An estimate of a percentile that holds with 99 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// The latency in nanoseconds.
    pub latency: u64,
    /// How many of the highest latencies it leaves out.
    pub discarded_highest: u64,
}

/// Whether a server kept to a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerVerdict {
    /// Queries slower than the bound.
    pub over_latency: u64,
    /// Whether the 99th percentile keeps to the bound.
    pub within_bound: bool,
    /// Queries that the verdict needs.
    pub needs_at_least: u64,
    /// Whether there were that many.
    pub enough_queries: bool,
    /// Whether it kept to the bound, shown by enough queries.
    pub valid: bool,
}

impl Latencies {
    /// Latencies in any order; `None` if there are none.
    pub fn new(mut nanoseconds: Vec<u64>) -> Option<Self> {
        nanoseconds.sort_unstable();
        (!nanoseconds.is_empty()).then_some(Self(nanoseconds))
    }

    /// How many queries were measured.
    pub fn queries(&self) -> u64 {
        self.0.len() as u64
    }

    /// The least and the greatest.
    pub fn range(&self) -> (u64, u64) {
        (self.0[0], self.0[self.0.len() - 1])
    }

    /// The latency at index `floor(n * percentile)` of the sorted ones.
    pub fn percentile(&self, percentile: f64) -> u64 {
        let at = (self.0.len() as f64 * percentile).floor() as usize;
        self.0[at.min(self.0.len() - 1)]
    }

    /// The mean, rounded down.
    pub fn mean(&self) -> u64 {
        let sum: u128 = self.0.iter().map(|latency| u128::from(*latency)).sum();
        u64::try_from(sum / self.0.len() as u128).unwrap_or(u64::MAX)
    }

    /// The percentile that can be claimed with 99 % confidence; `None`: too few queries.
    pub fn estimate(&self, percentile: f64) -> Option<Estimate> {
        let queries = self.0.len() as u64;
        let fits = |slow: u64| queries >= fast_queries_needed(slow, percentile) + slow;
        if !fits(1) {
            return None;
        }
        let (mut low, mut high) = (1, queries);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if fits(middle) { low = middle } else { high = middle }
        }
        Some(Estimate { latency: self.0[self.0.len() - low as usize], discarded_highest: low - 1 })
    }

    /// Whether 99 % of the queries of a server kept to a bound in nanoseconds.
    pub fn server(&self, bound: u64) -> ServerVerdict {
        let over_latency = self.0.iter().filter(|latency| **latency > bound).count() as u64;
        let needs_at_least = fast_queries_needed(over_latency, 0.99) + over_latency;
        let within_bound = self.percentile(0.99) <= bound;
        let enough_queries = self.0.len() as u64 >= needs_at_least;
        ServerVerdict {
            over_latency,
            within_bound,
            needs_at_least,
            enough_queries,
            valid: within_bound && enough_queries,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The load generator's own table.
    #[test]
    fn needed_queries() {
        for (percentile, wanted) in [
            (0.9, [(0, 44), (1, 63), (2, 79), (3, 94), (5, 122), (10, 187), (50, 631), (500, 5018)]),
            (0.99, [(0, 459), (1, 661), (2, 836), (3, 998), (5, 1302), (10, 2000), (50, 6848), (500, 54927)]),
            (
                0.999,
                [
                    (0, 4603),
                    (1, 6635),
                    (2, 8401),
                    (3, 10039),
                    (5, 13100),
                    (10, 20130),
                    (50, 69008),
                    (500, 554_010),
                ],
            ),
        ] {
            for (slow, fast) in wanted {
                assert_eq!(fast_queries_needed(slow, percentile), fast, "{slow} slow ones at {percentile}");
            }
        }
    }

    #[test]
    fn percentiles_and_estimates() {
        // 1 to 100 in another order.
        let latencies = Latencies::new((0..100).map(|i| (i * 37) % 100 + 1).collect()).unwrap();
        assert_eq!([0.5, 0.9, 0.99, 0.999].map(|p| latencies.percentile(p)), [51, 91, 100, 100]);
        assert_eq!(latencies.mean(), 50);
        // Three slow ones need 94 fast ones.
        assert_eq!(latencies.estimate(0.9), Some(Estimate { latency: 98, discarded_highest: 2 }));
        assert_eq!(latencies.estimate(0.99), None);
        let verdict = latencies.server(100);
        assert_eq!((verdict.over_latency, verdict.within_bound, verdict.needs_at_least), (0, true, 459));
        assert!(!verdict.enough_queries && !verdict.valid);
        assert_eq!(Latencies::new(Vec::new()), None);
    }
}
