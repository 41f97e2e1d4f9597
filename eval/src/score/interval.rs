//! Counts and the intervals around them.

use serde::{Deserialize, Serialize};

/// The 97.5 % quantile of the normal distribution: an interval of 95 %.
pub const Z_95: f64 = 1.959_963_984_540_054;
/// The 95 % quantile: an interval of 90 %.
pub const Z_90: f64 = 1.644_853_626_951_472_2;

/// An interval of a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many are right, or have what is counted.
    pub right: u64,
    /// Of how many.
    pub of: u64,
}

impl Count {
    /// The number of true values.
    pub fn of(values: impl IntoIterator<Item = bool>) -> Self {
        values.into_iter().fold(Self::default(), |count, value| Self {
            right: count.right + u64::from(value),
            of: count.of + 1,
        })
    }

    /// The share, from 0 to 1; NaN of nothing.
    pub fn fraction(self) -> f64 {
        self.right as f64 / self.of as f64
    }

    /// Wilson's score interval of the share, at 95 %; from 0 to 1 of nothing.
    ///
    /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    pub fn wilson(self) -> Interval {
        if self.of == 0 {
            return Interval { low: 0.0, high: 1.0 };
        }
        let (n, p, z2) = (self.of as f64, self.fraction(), Z_95 * Z_95);
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
        Interval { low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_as_published() {
        // Counts and intervals of ImageNet models on 401 and 10,000 images, computed with scipy.
        for (right, of, low, high) in [
            (316, 401, 0.745_391_145, 0.825_202_59),
            (9871, 10_000, 0.984_693_796, 0.989_132_113),
            (9999, 10_000, 0.999_433_731, 0.999_982_347),
        ] {
            let found = Count { right, of }.wilson();
            assert!((found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9, "{found:?}");
        }
        assert_eq!(Count { right: 0, of: 5 }.wilson().low, 0.0);
        assert_eq!(Count { right: 5, of: 5 }.wilson().high, 1.0);
        assert_eq!(Count::default().wilson(), Interval { low: 0.0, high: 1.0 });
    }
}
