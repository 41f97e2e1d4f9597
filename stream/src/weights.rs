//! Weights: how often each row comes in an epoch.
//!
//! An epoch keeps its number of rows `n`. Row `i` of weight `w` out of `W` in all has the part `n·w/W` of a line of length
//! `n`, in the order of the revision; in each unit of the line one point is drawn evenly, by the key `(seed, epoch, 2)`, and the
//! row comes as often as points fall into its part. So it comes `n·w/W` times on average and never much more or less, and how
//! often is known before a row is read: the order is then made of the rows that come, and as for all others, which rows are in
//! batch `k` depends on seed, epoch and `k` alone.

use std::collections::BTreeMap;

use crate::random::Random;

/// The key of the points, beside seed and epoch.
const POINTS: u64 = 2;
/// How often rows come in an epoch, in proportion.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// A column of numbers, at least 0.
    Column(String),
    /// A column of class labels or text: each class comes equally often. Rows without a class don't come.
    Balanced(String),
    /// A column of class labels or text, and the weight of a row of each class; 1 for classes that are not named, and for
    /// rows without a class.
    Classes {
        /// The column.
        column: String,
        /// Weights by the names of classes.
        weights: BTreeMap<String, f64>,
    },
}

impl Weights {
    /// The column that they are read from.
    pub fn column(&self) -> &str {
        match self {
            Self::Column(column) | Self::Balanced(column) | Self::Classes { column, .. } => column,
        }
    }
}

/// How often each row comes; the sum is the number of rows.
pub fn draw(weights: &[f64], seed: u64, epoch: u64) -> Vec<u32> {
    let total: f64 = weights.iter().sum();
    let step = total / weights.len().max(1) as f64;
    let mut random = Random::new(&[seed, epoch, POINTS]);
    let mut counts = vec![0; weights.len()];
    let last = weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
    let (mut row, mut end) = (0, weights.first().copied().unwrap_or(0.0));
    for unit in 0..weights.len() {
        let point = (unit as f64 + random.unit()) * step;
        // Rounding may put the last point behind the end.
        while point >= end && row < last {
            row += 1;
            end += weights[row];
        }
        counts[row] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_as_often_as_their_weights_say() {
        let weights: Vec<f64> = (0..1000).map(|row| f64::from(row % 4)).collect();
        let mut sums = vec![0; 4];
        for epoch in 0..50 {
            let counts = draw(&weights, 7, epoch);
            assert_eq!(counts.iter().sum::<u32>(), 1000);
            for (row, count) in counts.iter().enumerate() {
                let expected = 1000.0 * weights[row] / 1500.0;
                assert!(f64::from(*count) < expected + 2.0 && f64::from(*count) > expected - 2.0, "{count}");
                sums[row % 4] += count;
            }
        }
        assert_eq!(sums[0], 0);
        for class in 1..4 {
            let expected = 50_000.0 * class as f64 / 6.0;
            assert!((f64::from(sums[class]) / expected - 1.0).abs() < 0.03, "{sums:?}");
        }
        assert_eq!(draw(&weights, 7, 1), draw(&weights, 7, 1));
        assert_ne!(draw(&weights, 7, 1), draw(&weights, 7, 2));
        assert_ne!(draw(&weights, 7, 1), draw(&weights, 8, 1));
    }

    #[test]
    fn extremes() {
        assert_eq!(draw(&[], 1, 1), Vec::<u32>::new());
        assert_eq!(draw(&[0.0, 3.0, 0.0], 1, 1), [0, 3, 0]);
        assert_eq!(draw(&[1e-300, 1e300], 1, 1), [0, 2]);
        assert_eq!(draw(&[2.0; 5], 1, 1), [1; 5], "equal weights are no weights");
    }
}
