//! Shares of samples, with their intervals.

use serde::{Deserialize, Serialize};

use crate::score::Count;
use crate::score::interval::Interval;

/// A count with its share and the 95 % interval of it (Wilson's).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// How many are right, or have what is counted.
    pub right: u64,
    /// Of how many.
    pub of: u64,
    /// The share, from 0 to 1; `None` of nothing.
    pub fraction: Option<f64>,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

impl From<Count> for Share {
    fn from(count: Count) -> Self {
        let Interval { low, high } = count.wilson();
        let fraction = (count.of > 0).then(|| count.fraction());
        Self { right: count.right, of: count.of, fraction, low, high }
    }
}

/// How many samples had a right class among the `k` most probable.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopK {
    /// The number of classes that count.
    pub k: usize,
    /// How many samples they are, and of how many.
    #[serde(flatten)]
    pub share: Share,
}
