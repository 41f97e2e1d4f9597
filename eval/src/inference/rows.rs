//! Which rows are evaluated, and in which order.

use std::sync::Arc;

use hub_dataset::{LabelIndex, Snapshot};
use roaring::RoaringBitmap;

use super::error::InferenceError;

/// Rows of a random order that are read together; between two such blocks an evaluation may stop.
const BLOCK_ROWS: usize = 128;

/// Which rows are evaluated.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only those of this split.
    pub split: Option<String>,
    /// Only those that meet this condition, in SQL.
    pub condition: Option<String>,
    /// Only those at these positions: a view's.
    pub positions: Option<Arc<RoaringBitmap>>,
    /// At most so many, drawn at random by `seed`.
    pub limit: Option<u64>,
    /// For `limit`, and for the order where it is random.
    pub seed: u64,
    /// In random order, so that every beginning is a fair sample.
    pub is_random: bool,
    /// Answers conditions on labels without reading them.
    pub index: Option<Arc<dyn LabelIndex>>,
}

/// The rows to evaluate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Positions in the revision, in blocks; those of a block are read in the order of their positions.
    pub blocks: Vec<Vec<u64>>,
}

impl Chosen {
    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.blocks.iter().map(|block| block.len() as u64).sum()
    }

    /// Without the first rows, which were evaluated before.
    #[must_use]
    pub fn skip(mut self, mut rows: u64) -> Self {
        for block in &mut self.blocks {
            let taken = rows.min(block.len() as u64);
            block.drain(..taken as usize);
            rows -= taken;
        }
        self.blocks.retain(|block| !block.is_empty());
        self
    }
}

/// Chooses rows.
///
/// # Errors
/// An unknown split, an invalid condition, or no rows at all.
pub async fn choose(snapshot: &Snapshot, selection: &Selection) -> Result<Chosen, InferenceError> {
    let index = snapshot.index().await?;
    let mut positions: Vec<u64> = match &selection.split {
        None => (0..index.rows()).collect(),
        Some(split) => {
            let splits = snapshot.splits();
            if !splits.contains(split) {
                return Err(InferenceError::NoRows(format!(
                    "no split '{split}'; the splits are: {}",
                    if splits.is_empty() { "none".to_owned() } else { splits.join(", ") }
                )));
            }
            let of_split = index.fragments().iter().enumerate();
            let of_split = of_split.filter(|(_, fragment)| fragment.split.as_ref() == Some(split));
            of_split
                .flat_map(|(at, fragment)| {
                    let start = index.start(at);
                    start..start + u64::from(fragment.live_rows())
                })
                .collect()
        }
    };
    let mut kept = selection.positions.clone();
    if let Some(condition) = &selection.condition {
        let limits = hub_query::Limits::default();
        let met = hub_query::filter(snapshot, condition, selection.index.clone(), &limits).await?;
        kept = Some(Arc::new(match kept {
            Some(kept) => kept.as_ref() & met,
            None => met,
        }));
    }
    if let Some(kept) = kept {
        positions.retain(|position| u32::try_from(*position).is_ok_and(|position| kept.contains(position)));
    }
    if positions.is_empty() {
        return Err(InferenceError::NoRows(
            "no rows to evaluate: nothing is left after --split and --where".to_owned(),
        ));
    }
    if selection.limit.is_some() || selection.is_random {
        let id = |position: u64| {
            let place = index.at(position)?;
            Some(index.fragments()[place.fragment].row_id(place.offset).raw())
        };
        let mut drawn: Vec<(u64, u64)> = positions
            .iter()
            .map(|position| (draw(selection.seed, id(*position).unwrap_or(*position)), *position))
            .collect();
        drawn.sort_unstable();
        let most = selection.limit.map_or(drawn.len(), |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        drawn.truncate(most);
        positions = drawn.into_iter().map(|(_, position)| position).collect();
    }
    if !selection.is_random {
        positions.sort_unstable();
        return Ok(Chosen { blocks: vec![positions] });
    }
    let block = |block: &[u64]| {
        let mut block = block.to_vec();
        block.sort_unstable();
        block
    };
    Ok(Chosen { blocks: positions.chunks(BLOCK_ROWS).map(block).collect() })
}

/// A row's place in the random order of a seed: a hash, so that it doesn't depend on what else is chosen.
fn draw(seed: u64, row: u64) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(&row.to_le_bytes());
    let hash = hasher.finalize();
    hash.as_bytes().iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_done_are_skipped() {
        let chosen = Chosen { blocks: vec![vec![1, 2, 3], vec![4, 5]] };
        assert_eq!(chosen.clone().skip(4).blocks, [[5]]);
        assert_eq!(chosen.clone().skip(0), chosen);
        assert_eq!(chosen.skip(5).rows(), 0);
    }

    #[test]
    fn draws_differ_by_seed_and_row() {
        assert_eq!(draw(1, 2), draw(1, 2));
        assert!(draw(1, 2) != draw(2, 2) && draw(1, 2) != draw(1, 3));
    }
}
