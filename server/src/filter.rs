//! Filters of rows: the one place where `where=` becomes positions.

use hub_dataset::{Error as DatasetError, Snapshot};
use roaring::RoaringBitmap;

use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// The positions of the rows for which `filter` holds.
///
/// # Errors
/// [`Kind::BadFilter`] with the place of the mistake.
pub async fn matching(_state: &AppState, _snapshot: &Snapshot, _filter: &str) -> Result<RoaringBitmap> {
    Err(Problem::new(Kind::NotHere, "filters are not built into this server"))
}

/// Is there such a split?
pub fn check_split(snapshot: &Snapshot, split: Option<&str>) -> Result<()> {
    let known = snapshot.splits();
    match split {
        Some(split) if !known.iter().any(|k| k == split) => {
            Err(DatasetError::NoSplit { split: split.to_owned(), known }.into())
        }
        _ => Ok(()),
    }
}

/// The positions from `start` to before `end`.
pub fn between(positions: &RoaringBitmap, start: u64, end: u64) -> RoaringBitmap {
    let bound = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
    positions.range(bound(start)..bound(end)).collect()
}
