//! Two runs on the same samples, compared sample by sample.
//!
//! Two accuracies whose own intervals overlap may still differ for certain: what both have right or wrong says nothing,
//! what only one has right says all.

use serde::{Deserialize, Serialize};
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, DiscreteCDF};

use super::interval::{Interval, Z_90, Z_95};

/// How two runs agree on the same samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paired {
    /// Samples that both have right.
    pub both_right: u64,
    /// That only the first run has right.
    pub only_first: u64,
    /// That only the second run has right.
    pub only_second: u64,
    /// That both have wrong.
    pub both_wrong: u64,
}

impl Paired {
    /// Counts pairs: is the first run right, is the second.
    pub fn of(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counts = Self::default();
        for pair in pairs {
            *match pair {
                (true, true) => &mut counts.both_right,
                (true, false) => &mut counts.only_first,
                (false, true) => &mut counts.only_second,
                (false, false) => &mut counts.both_wrong,
            } += 1;
        }
        counts
    }

    /// The samples that both scored.
    pub fn samples(self) -> u64 {
        self.both_right + self.only_first + self.only_second + self.both_wrong
    }

    /// The first run's accuracy less the second's, from -1 to 1.
    pub fn difference(self) -> f64 {
        (self.only_first as f64 - self.only_second as f64) / self.samples() as f64
    }

    /// The standard error of the difference.
    pub fn standard_error(self) -> f64 {
        let n = self.samples() as f64;
        let discordant = (self.only_first + self.only_second) as f64 / n;
        ((discordant - self.difference().powi(2)) / n).sqrt()
    }

    /// The interval of the difference at 95 %, by the normal approximation.
    pub fn interval(self) -> Interval {
        self.around(Z_95)
    }

    fn around(self, z: f64) -> Interval {
        let (difference, half) = (self.difference(), z * self.standard_error());
        Interval { low: difference - half, high: difference + half }
    }

    /// McNemar's exact test: the chance of a split of the discordant samples at least as uneven, if both runs were
    /// equally good. 1 without discordant samples.
    ///
    /// Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions", 1947; the
    /// exact form is the two-sided binomial test.
    pub fn mcnemar_exact(self) -> f64 {
        let discordant = self.only_first + self.only_second;
        let Ok(binomial) = Binomial::new(0.5, discordant) else { return 1.0 };
        (2.0 * binomial.cdf(self.only_first.min(self.only_second))).min(1.0)
    }

    /// McNemar's χ² with the continuity correction, and its p-value; 0 and 1 without discordant samples.
    pub fn mcnemar_corrected(self) -> (f64, f64) {
        let discordant = (self.only_first + self.only_second) as f64;
        if discordant == 0.0 {
            return (0.0, 1.0);
        }
        let distance = (self.only_first as f64 - self.only_second as f64).abs() - 1.0;
        let chi2 = distance.max(0.0).powi(2) / discordant;
        (chi2, ChiSquared::new(1.0).map_or(f64::NAN, |distribution| distribution.sf(chi2)))
    }

    /// Are the runs told apart: does the 95 % interval of the difference exclude 0?
    pub fn differs(self) -> bool {
        let interval = self.interval();
        interval.low > 0.0 || interval.high < 0.0
    }

    /// Are the runs equally good within a margin (0.01: one point), at 5 %? Two one-sided tests: the 90 % interval
    /// lies within the margin.
    ///
    /// Source: D. J. Schuirmann, "A comparison of the two one-sided tests procedure", 1987.
    pub fn is_equivalent(self, margin: f64) -> bool {
        let interval = self.around(Z_90);
        interval.low > -margin && interval.high < margin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with scipy and statsmodels from predictions of real models.
    #[test]
    fn as_statsmodels() {
        let near = |found: f64, wanted: f64, within: f64| {
            assert!((found - wanted).abs() < within, "{found} {wanted}")
        };
        let first = Paired { both_right: 236, only_first: 80, only_second: 20, both_wrong: 65 };
        near(first.difference(), 0.149_625_935, 1e-9);
        near(first.standard_error(), 0.023_791_941, 1e-9);
        near(first.interval().low, 0.102_994_588, 1e-9);
        near(first.interval().high, 0.196_257_283, 1e-9);
        near(first.mcnemar_exact(), 1.115_91e-9, 1e-14);
        let (chi2, p) = first.mcnemar_corrected();
        near(chi2, 34.81, 1e-9);
        near(p, 3.635_02e-9, 1e-13);
        assert!(first.differs() && !first.is_equivalent(0.01));
        let second = Paired { both_right: 237, only_first: 19, only_second: 12, both_wrong: 133 };
        near(second.mcnemar_exact(), 0.281_042, 1e-6);
        near(second.mcnemar_corrected().1, 0.281_198, 1e-6);
        assert!(!second.differs() && second.is_equivalent(0.05));
    }

    #[test]
    fn equal_runs() {
        let same = Paired::of([(true, true), (false, false)]);
        assert_eq!(
            (same.difference(), same.mcnemar_exact(), same.mcnemar_corrected()),
            (0.0, 1.0, (0.0, 1.0))
        );
        assert!(!same.differs());
    }
}
