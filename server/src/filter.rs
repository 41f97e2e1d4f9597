//! Filters of rows: the one place where `where=` becomes positions.

use std::ops::Range;
use std::sync::Arc;

use hub_dataset::{Error as DatasetError, LabelIndex, Snapshot};
use hub_query::QueryError;
use roaring::RoaringBitmap;

use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;

/// The longest filter.
const LONGEST_BYTES: usize = 64 * 1024;

/// The positions of the rows for which `filter` holds: what could stand behind SQL's `WHERE`.
///
/// # Errors
/// [`Kind::BadFilter`] with the place of the mistake; [`Kind::Timeout`] where it takes too long.
pub async fn matching(state: &AppState, snapshot: &Snapshot, filter: &str) -> Result<RoaringBitmap> {
    if filter.len() > LONGEST_BYTES {
        let detail = format!("it has {} bytes, at most {LONGEST_BYTES} are read", filter.len());
        return Err(Problem::new(Kind::BadFilter, detail));
    }
    // A filter takes processors and memory: some wait for their turn.
    let turn = state.filters.clone().acquire_owned().await.map_err(|e| internal(&e))?;
    let matching = hub_query::filter(snapshot, filter, labels(state));
    let matching = tokio::time::timeout(state.config.request, matching).await;
    drop(turn);
    match matching {
        Ok(rows) => Ok(rows?),
        Err(_) => {
            let secs = state.config.request.as_secs();
            Err(Problem::new(Kind::Timeout, format!("the filter took longer than {secs} seconds; narrow it")))
        }
    }
}

/// What knows which rows carry which synset, without a look at the labels.
pub fn labels(state: &AppState) -> Option<Arc<dyn LabelIndex>> {
    Some(state.labels.clone())
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Dataset(error) => error.into(),
            QueryError::Index(_) | QueryError::Write(_) => internal(&error),
            QueryError::Time(_) => Self::new(Kind::Timeout, error.to_string()),
            _ => Self::new(Kind::BadFilter, error.to_string()),
        }
    }
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
    positions.range(range(start, end)).collect()
}

/// Positions as bitmaps have them.
pub fn range(start: u64, end: u64) -> Range<u32> {
    let bound = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
    bound(start)..bound(end)
}
