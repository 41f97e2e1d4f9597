//! Row filters: the one place where `where=` is evaluated to row positions.
//!
//! Paging through the rows of a filter needs the same positions for each page, and a commit never changes, so they
//! are cached. Concurrent requests with the same filter wait for one evaluation.

use std::ops::Range;
use std::sync::Arc;

use hub_dataset::{Error as DatasetError, LabelIndex, Snapshot};
use hub_query::{Limits, NamedSnapshot, QueryError};
use roaring::RoaringBitmap;

use crate::problem::{Kind, Problem, Result, internal};
use crate::query_process::{QuestionLimits, What};
use crate::state::AppState;
use crate::work::admission::Requester;
use crate::work::once::once;

/// Maximum bytes of a filter's text.
const MAX_FILTER_BYTES: usize = 64 * 1024;
/// A filter with one of these words may have another result the next time, so it is not cached.
const VOLATILE_WORDS: [&str; 7] =
    ["now", "today", "current_date", "current_time", "current_timestamp", "random", "uuid"];

/// The positions of the rows that match `filter`, an SQL condition as after `WHERE`.
///
/// # Errors
/// [`Kind::BadFilter`] with the position of the mistake; [`Kind::Timeout`] if it takes too long.
pub async fn matching(
    state: &AppState,
    snapshot: &Snapshot,
    filter: &str,
    requester: Requester,
) -> Result<Arc<RoaringBitmap>> {
    if filter.len() > MAX_FILTER_BYTES {
        let detail = format!("the filter has {} bytes; expected at most {MAX_FILTER_BYTES}", filter.len());
        return Err(Problem::new(Kind::BadFilter, detail));
    }
    if is_volatile(filter) {
        return find(state, snapshot, filter, requester).await;
    }
    let key = (snapshot.dataset().hub_file().uuid, snapshot.at().id, filter.to_owned());
    let find = || find(state, snapshot, filter, requester.clone());
    once(&state.filter_cache.0, key, find).await
}

/// May the same filter have another result the next time?
pub fn is_volatile(filter: &str) -> bool {
    let words = filter.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.into_iter().any(|word| VOLATILE_WORDS.iter().any(|volatile| word.eq_ignore_ascii_case(volatile)))
}

async fn find(
    state: &AppState,
    snapshot: &Snapshot,
    filter: &str,
    requester: Requester,
) -> Result<Arc<RoaringBitmap>> {
    let time = requester.time(state.config.request);
    let permit = state.filters.take(requester).await?;
    let limits = Limits { time, memory_bytes: state.config.query_memory_bytes, rows: u64::MAX };
    let member = NamedSnapshot::new("", snapshot.clone()).with_index(labels(state));
    let what = What::Filter { condition: filter.to_owned() };
    let of = QuestionLimits { limits, answer_bytes: 0 };
    let found = state.queries.ask(&state.root, &[member], what, of).await;
    drop(permit);
    let (_, positions) = found.map_err(|failure| Problem::from(&failure))?;
    Ok(Arc::new(RoaringBitmap::deserialize_from(positions.as_slice()).map_err(|e| internal(&e))?))
}

/// The index of which rows are labelled with which synset; a filter with `isa` then reads no labels.
pub fn labels(state: &AppState) -> Option<Arc<dyn LabelIndex>> {
    Some(state.labels.clone())
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Dataset(error) => error.into(),
            QueryError::Member { source, .. } => source.as_ref().into(),
            QueryError::Index(_) | QueryError::Write(_) => internal(&error),
            QueryError::Time(_) => Self::new(Kind::Timeout, error.to_string()),
            _ => Self::new(Kind::BadFilter, error.to_string()),
        }
    }
}

/// Fails with the list of known splits if `split` is not one of them.
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

/// The range in the type of a bitmap's positions; values beyond `u32` are clamped.
pub fn range(start: u64, end: u64) -> Range<u32> {
    let bound = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
    bound(start)..bound(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_with_volatile_functions_are_not_cached() {
        for volatile in ["taken < NOW()", "day = current_date", "random() < 0.1"] {
            assert!(is_volatile(volatile), "{volatile}");
        }
        assert!(!is_volatile("isa(label, 'snow.n.01') AND nowhere > 1"));
    }
}
