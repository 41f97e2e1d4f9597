//! Chooses which rows go to which split: shares of all rows, the same share of every class, by a seed.
//!
//! A row's place in the lottery follows from the seed and its id alone. So the same seed chooses the same rows, also after
//! others were added or removed, and no order of the rows is favoured.

use std::collections::BTreeMap;

use hub_schema::RowId;

/// How many rows a split gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// A part of the rows, from 0 to 1.
    Part(f64),
    /// A number of rows.
    Rows(u64),
}

impl Share {
    /// The number of rows of `all`.
    fn of(self, all: u64) -> f64 {
        match self {
            Self::Part(part) => part * all as f64,
            Self::Rows(rows) => rows as f64,
        }
    }
}

/// A row that is to be put into a split, and its stratum: rows of one stratum are shared out evenly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The row.
    pub row: RowId,
    /// The value that is to be spread evenly; equal for all rows where nothing is.
    pub stratum: Option<String>,
}

/// The splits of the rows; those that no share takes get `rest`. `None` if the shares need more rows than there are.
pub fn share_out(
    candidates: &[Candidate],
    shares: &[(String, Share)],
    rest: &str,
    seed: u64,
) -> Option<Vec<(RowId, String)>> {
    let all = candidates.len() as u64;
    let wanted: Vec<u64> = shares.iter().map(|(_, share)| share.of(all).round() as u64).collect();
    if wanted.iter().sum::<u64>() > all {
        return None;
    }
    let mut strata: BTreeMap<Option<&str>, Vec<RowId>> = BTreeMap::new();
    for candidate in candidates {
        strata.entry(candidate.stratum.as_deref()).or_default().push(candidate.row);
    }
    let mut strata: Vec<Vec<RowId>> = strata.into_values().collect();
    for rows in &mut strata {
        rows.sort_by_cached_key(|row| (lot(seed, *row), row.raw()));
    }
    let mut assigned = Vec::with_capacity(candidates.len());
    for ((split, _), wanted) in shares.iter().zip(wanted) {
        let sizes: Vec<u64> = strata.iter().map(|rows| rows.len() as u64).collect();
        for (rows, taken) in strata.iter_mut().zip(evenly(&sizes, wanted)) {
            assigned.extend(rows.drain(..taken as usize).map(|row| (row, split.clone())));
        }
    }
    assigned.extend(strata.into_iter().flatten().map(|row| (row, rest.to_owned())));
    Some(assigned)
}

/// How many of each stratum to take so that there are `wanted` in all: in proportion, rounded by the largest remainders.
fn evenly(sizes: &[u64], wanted: u64) -> Vec<u64> {
    let all: u64 = sizes.iter().sum();
    if all == 0 {
        return vec![0; sizes.len()];
    }
    let exact = |size: &u64| u128::from(*size) * u128::from(wanted);
    let mut taken: Vec<u64> = sizes.iter().map(|size| (exact(size) / u128::from(all)) as u64).collect();
    let mut by_remainder: Vec<usize> = (0..sizes.len()).collect();
    by_remainder.sort_by_key(|i| std::cmp::Reverse(exact(&sizes[*i]) % u128::from(all)));
    let missing = wanted.saturating_sub(taken.iter().sum());
    for i in
        by_remainder.into_iter().filter(|i| taken[*i] < sizes[*i]).take(missing as usize).collect::<Vec<_>>()
    {
        taken[i] += 1;
    }
    taken
}

/// A row's place in the lottery.
fn lot(seed: u64, row: RowId) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes()).update(&row.raw().to_le_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    first
}

#[cfg(test)]
mod tests {
    use hub_schema::FragmentId;

    use super::*;

    fn rows(n: u32) -> Vec<Candidate> {
        let stratum = |i: u32| Some(if i.is_multiple_of(10) { "rare" } else { "common" }.to_owned());
        let row = |i| RowId::new(FragmentId::from_raw(7), i);
        (0..n).map(|i| Candidate { row: row(i), stratum: stratum(i) }).collect()
    }

    #[test]
    fn every_class_gets_its_share_and_the_seed_decides() {
        let candidates = rows(1000);
        let shares = [("val".to_owned(), Share::Part(0.1)), ("test".to_owned(), Share::Rows(50))];
        let split = |seed| share_out(&candidates, &shares, "train", seed).unwrap();
        let count = |name: &str, stratum: &str| {
            let is = |(row, split): &&(RowId, String)| {
                let of = candidates.iter().find(|c| c.row == *row).unwrap();
                split == name && of.stratum.as_deref() == Some(stratum)
            };
            split(7).iter().filter(is).count()
        };
        assert_eq!((count("val", "rare"), count("val", "common")), (10, 90));
        assert_eq!((count("test", "rare"), count("test", "common")), (5, 45));
        assert_eq!(split(7).len(), 1000);
        assert_eq!(split(7), split(7));
        assert_ne!(split(7), split(8));
        assert_eq!(share_out(&candidates, &[("val".to_owned(), Share::Rows(1001))], "train", 0), None);
    }

    #[test]
    fn rounding_loses_no_row() {
        assert_eq!(evenly(&[1, 1, 1], 2).iter().sum::<u64>(), 2);
        assert_eq!(evenly(&[3, 5, 7], 15), [3, 5, 7]);
        assert_eq!(evenly(&[0, 10], 3), [0, 3]);
        assert_eq!(evenly(&[], 0), [0; 0]);
    }
}
