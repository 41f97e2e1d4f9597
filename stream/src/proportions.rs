//! A mix of data sets: how many rows of each an epoch has, and which of them the next row comes from.
//!
//! With weights `w` (of sum 1) and data sets of `n` rows, an epoch has `max ceil(n/w)` rows, so that every row of every data
//! set comes ([`Stop::All`]; small ones come again), or `min floor(n/w)`, so that none comes again ([`Stop::First`]).
//! Without weights they are as the sizes: every row comes once.
//!
//! [`PerBatch::Random`]: the epoch's rows are drawn without putting back, by the key `(seed, epoch, 4)`: each data set comes
//! exactly as often as its weight says, in random order. [`PerBatch::Stratified`]: each next row is of the data set that is
//! furthest behind its weight, so that a batch whose size times `w` is whole has exactly these counts.

use crate::error::{Error, Result};
use crate::random::Random;

/// The key of the draws, beside seed and epoch.
const DRAWS: u64 = 4;
/// The most rows of an epoch of a mix.
const MOST_ROWS: u64 = 1 << 32;

/// Which rows stand together in a batch of a mix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PerBatch {
    /// Each row is drawn by the weights.
    #[default]
    Random,
    /// Each batch has the proportions of the weights.
    Stratified,
    /// Each batch has rows of one data set.
    One,
}

/// When an epoch of a mix ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stop {
    /// Before a row of any data set would come again.
    First,
    /// When all rows of all data sets have come.
    #[default]
    All,
}

/// How data sets are mixed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mixing {
    /// How often rows of each data set come, in proportion; `None`: as its size, so that each row comes once.
    pub weights: Option<Vec<f64>>,
    /// Which rows stand together in a batch.
    pub per_batch: PerBatch,
    /// When an epoch ends.
    pub stop: Stop,
}

fn wrong(problem: String) -> Error {
    Error::Plan { setting: "mix", problem }
}

impl Mixing {
    /// The parts of the data sets, of sum 1. `sizes`: their rows.
    pub fn shares(&self, sizes: &[u64]) -> Result<Vec<f64>> {
        let weights = match &self.weights {
            Some(weights) => weights.clone(),
            None => sizes.iter().map(|size| *size as f64).collect(),
        };
        if weights.len() != sizes.len() {
            let problem = format!(
                "found {} weights, expected one for each of {} data sets",
                weights.len(),
                sizes.len()
            );
            return Err(wrong(problem));
        }
        if let Some(place) = weights.iter().position(|weight| !weight.is_finite() || *weight < 0.0) {
            let problem = format!("data set {place} has the weight {}, expected 0 or more", weights[place]);
            return Err(wrong(problem));
        }
        if let Some(place) = (0..sizes.len()).find(|place| sizes[*place] == 0 && weights[*place] > 0.0) {
            return Err(wrong(format!("data set {place} has no rows, but the weight {}", weights[place])));
        }
        let sum: f64 = weights.iter().sum();
        if sizes.iter().any(|size| *size > 0) && sum <= 0.0 {
            return Err(wrong("all data sets have the weight 0".to_owned()));
        }
        Ok(weights.into_iter().map(|weight| if sum > 0.0 { weight / sum } else { 0.0 }).collect())
    }

    /// How many rows of each data set an epoch has.
    pub fn counts(&self, sizes: &[u64]) -> Result<Vec<u64>> {
        let shares = self.shares(sizes)?;
        if self.weights.is_none() {
            return Ok(sizes.to_vec());
        }
        let lengths = sizes.iter().zip(&shares).filter(|(_, share)| **share > 0.0);
        let lengths = lengths.map(|(size, share)| *size as f64 / share);
        // Lengths that are whole but for rounding are whole.
        let length = match self.stop {
            Stop::All => lengths.fold(0.0, f64::max) * (1.0 - 1e-12),
            Stop::First => lengths.fold(f64::INFINITY, f64::min) * (1.0 + 1e-12),
        };
        let length = if self.stop == Stop::All { length.ceil() } else { length.floor() };
        if !length.is_finite() || length > MOST_ROWS as f64 {
            let problem = format!(
                "an epoch would have {length:.3e} rows, the limit is {MOST_ROWS}; set larger weights"
            );
            return Err(wrong(problem));
        }
        let mut counts: Vec<u64> = shares.iter().map(|share| (share * length) as u64).collect();
        // What rounding left over goes to those that lost most.
        let mut losses: Vec<(f64, usize)> =
            shares.iter().enumerate().map(|(place, share)| ((share * length).fract(), place)).collect();
        losses.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let spare = (length as u64).saturating_sub(counts.iter().sum());
        losses.into_iter().take(spare as usize).for_each(|(_, place)| counts[place] += 1);
        for ((count, size), share) in counts.iter_mut().zip(sizes).zip(&shares) {
            if *share > 0.0 {
                *count = if self.stop == Stop::All { (*count).max(*size) } else { (*count).min(*size) };
            }
        }
        Ok(counts)
    }
}

/// Data sets in turn: the next row is of the one that is furthest behind its share.
#[derive(Debug)]
pub struct InTurn {
    shares: Vec<f64>,
    /// How many rows each is behind.
    behind: Vec<f64>,
    given: Vec<u64>,
    sizes: Vec<u64>,
    stop: Stop,
    /// Rows of the epoch that are to come.
    left: u64,
}

impl InTurn {
    fn next(&mut self) -> Option<usize> {
        let comes: Vec<usize> = (0..self.shares.len()).filter(|source| self.shares[*source] > 0.0).collect();
        let has_all = comes.iter().all(|source| self.given[*source] >= self.sizes[*source]);
        if comes.is_empty() || self.left == 0 && (self.stop == Stop::First || has_all) {
            return None;
        }
        self.behind.iter_mut().zip(&self.shares).for_each(|(behind, share)| *behind += share);
        let order = |a: &usize, b: &usize| self.behind[*a].total_cmp(&self.behind[*b]).then(b.cmp(a));
        let source = comes.into_iter().max_by(order)?;
        if self.stop == Stop::First && self.given[source] == self.sizes[source] {
            return None;
        }
        self.behind[source] -= 1.0;
        self.given[source] += 1;
        self.left = self.left.saturating_sub(1);
        Some(source)
    }
}

/// Which data set each row of an epoch comes from.
#[derive(Debug)]
pub enum Sources {
    /// Draws without putting back: what is left of each.
    Drawn { left: Vec<u64>, total: u64, random: Random },
    /// The one that is furthest behind.
    InTurn(InTurn),
}

impl Sources {
    /// Those of an epoch.
    pub fn new(mixing: &Mixing, sizes: &[u64], (seed, epoch): (u64, u64)) -> Result<Self> {
        let counts = mixing.counts(sizes)?;
        let total = counts.iter().sum();
        if mixing.per_batch == PerBatch::Stratified {
            let (behind, given) = (vec![0.0; sizes.len()], vec![0; sizes.len()]);
            let (shares, sizes) = (mixing.shares(sizes)?, sizes.to_vec());
            return Ok(Self::InTurn(InTurn { shares, behind, given, sizes, stop: mixing.stop, left: total }));
        }
        Ok(Self::Drawn { left: counts, total, random: Random::new(&[seed, epoch, DRAWS]) })
    }

    /// The data set of the next row; `None` at the end of the epoch.
    pub fn next(&mut self) -> Option<usize> {
        match self {
            Self::Drawn { left, total, random } => {
                if *total == 0 {
                    return None;
                }
                let mut place = random.below(*total);
                *total -= 1;
                for (source, left) in left.iter_mut().enumerate() {
                    if place < *left {
                        *left -= 1;
                        return Some(source);
                    }
                    place -= *left;
                }
                None
            }
            Self::InTurn(in_turn) => in_turn.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixing(weights: Option<&[f64]>, per_batch: PerBatch, stop: Stop) -> Mixing {
        Mixing { weights: weights.map(<[f64]>::to_vec), per_batch, stop }
    }

    fn drawn(mixing: &Mixing, sizes: &[u64], epoch: u64) -> Vec<usize> {
        let mut sources = Sources::new(mixing, sizes, (7, epoch)).unwrap();
        std::iter::from_fn(|| sources.next()).collect()
    }

    fn count(drawn: &[usize], source: usize) -> usize {
        drawn.iter().filter(|found| **found == source).count()
    }

    #[test]
    fn counts_are_those_of_the_weights() {
        let of = |weights: Option<&[f64]>, stop, sizes: &[u64]| {
            mixing(weights, PerBatch::Random, stop).counts(sizes).unwrap()
        };
        assert_eq!(of(None, Stop::All, &[3, 0, 5]), [3, 0, 5]);
        // 1,000 rows at 0.1 make 10,000; the other comes nine times.
        assert_eq!(of(Some(&[0.9, 0.1]), Stop::All, &[1000, 1000]), [9000, 1000]);
        assert_eq!(of(Some(&[0.9, 0.1]), Stop::First, &[1000, 1000]), [1000, 111]);
        assert_eq!(of(Some(&[3.0, 7.0]), Stop::All, &[9, 21]), [9, 21]);
        assert_eq!(of(Some(&[3.0, 7.0]), Stop::First, &[9, 21]), [9, 21]);
        assert_eq!(of(Some(&[1.0, 1.0, 1.0]), Stop::All, &[10, 4, 0].map(|n| n.max(1))), [10, 10, 10]);
        assert_eq!(of(Some(&[1.0, 0.0]), Stop::All, &[4, 100]), [4, 0]);
        for sizes in [[100, 50], [7, 13], [1, 1000]] {
            for weights in [[0.3, 0.7], [0.01, 0.99], [1.0 / 3.0, 2.0 / 3.0]] {
                let all = of(Some(&weights), Stop::All, &sizes);
                let first = of(Some(&weights), Stop::First, &sizes);
                assert!(
                    (0..2).all(|i| all[i] >= sizes[i] && first[i] <= sizes[i]),
                    "{all:?} {first:?} {sizes:?}"
                );
            }
        }
    }

    /// Case: 0.9 and 0.1 of 10,000 samples.
    #[test]
    fn random_draws_are_within_binomial_bounds_and_stratified_ones_exact_in_each_batch() {
        let weights = Some(&[0.9, 0.1][..]);
        let random = drawn(&mixing(weights, PerBatch::Random, Stop::All), &[1000, 1000], 0);
        assert_eq!((random.len(), count(&random, 1)), (10_000, 1000));
        // Four standard deviations of a hundred rows: 10 ± 12.
        let hundreds: Vec<usize> = random.chunks(100).map(|rows| count(rows, 1)).collect();
        assert!(hundreds.iter().all(|n| *n <= 22), "{hundreds:?}");
        let variance = hundreds.iter().map(|n| (*n as f64 - 10.0).powi(2)).sum::<f64>() / 100.0;
        assert!((5.0..14.0).contains(&variance), "9 is expected, {variance} found");
        assert_ne!(random, drawn(&mixing(weights, PerBatch::Random, Stop::All), &[1000, 1000], 1));
        let stratified = drawn(&mixing(weights, PerBatch::Stratified, Stop::All), &[1000, 1000], 0);
        assert_eq!(stratified.len(), 10_000);
        assert!(stratified.chunks(20).all(|batch| count(batch, 1) == 2));
        let three =
            drawn(&mixing(Some(&[0.5, 0.3, 0.2]), PerBatch::Stratified, Stop::First), &[100, 100, 40], 0);
        assert_eq!(three.len(), 200);
        assert!(three.chunks(10).all(|batch| [5, 3, 2] == [0, 1, 2].map(|source| count(batch, source))));
        // Where the size of a batch times the weight isn't whole, the counts differ by one at most.
        let thirds = drawn(&mixing(Some(&[1.0, 2.0]), PerBatch::Stratified, Stop::All), &[50, 100], 0);
        assert_eq!(thirds.len(), 150);
        assert!(thirds.chunks(8).filter(|b| b.len() == 8).all(|batch| (2..=3).contains(&count(batch, 0))));
        let sized = drawn(&mixing(None, PerBatch::Stratified, Stop::All), &[30, 60, 10], 0);
        assert_eq!([0, 1, 2].map(|source| count(&sized, source)), [30, 60, 10]);
    }

    #[test]
    fn wrong_weights_are_said() {
        let words = |weights: &[f64], sizes: &[u64]| {
            mixing(Some(weights), PerBatch::Random, Stop::All).counts(sizes).unwrap_err().to_string()
        };
        assert_eq!(words(&[1.0], &[2, 3]), "mix: found 1 weights, expected one for each of 2 data sets");
        assert_eq!(words(&[1.0, -1.0], &[2, 3]), "mix: data set 1 has the weight -1, expected 0 or more");
        assert_eq!(
            words(&[1.0, f64::NAN], &[2, 3]),
            "mix: data set 1 has the weight NaN, expected 0 or more"
        );
        assert_eq!(words(&[0.0, 0.0], &[2, 3]), "mix: all data sets have the weight 0");
        assert_eq!(words(&[1.0, 1.0], &[2, 0]), "mix: data set 1 has no rows, but the weight 1");
        assert!(words(&[1.0, 1e-12], &[2, 3]).starts_with("mix: an epoch would have 3.000e12 rows"));
        assert!(drawn(&mixing(None, PerBatch::Random, Stop::All), &[0, 0], 0).is_empty());
    }
}
