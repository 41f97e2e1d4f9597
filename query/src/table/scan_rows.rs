//! The rows of a scan: units in order, some prefetched.
//!
//! Rows come in the order of their positions, so that a query without ORDER BY has the same answer every time.
//! Prefetching is bounded, whatever is being read: a few row groups. A scan that is dropped stops.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use futures::stream::{self, Stream, StreamExt, TryStreamExt};

use super::scan::Scan;
use crate::error::QueryError;

/// Fragments whose footers are prefetched.
const PREFETCH_FOOTERS: usize = 4;

/// Row groups that are prefetched. They bound the memory of a scan.
const PREFETCH_ROW_GROUPS: usize = 3;

impl Scan {
    /// The number of rows, where it is known without reading: no condition is left to be evaluated.
    pub async fn exact_rows(&self) -> Result<Option<usize>, QueryError> {
        if self.members.iter().any(|member| !member.conditions.is_empty()) {
            return Ok(None);
        }
        self.read_indexes().await;
        let mut rows = 0;
        for (m, member) in self.members.iter().enumerate() {
            rows += match &member.positions {
                Some(positions) => positions.len(),
                None => member.named.snapshot.index().await.map_err(|e| self.wrong(m, e))?.rows(),
            };
        }
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        Ok(Some(self.limit.map_or(rows, |limit| limit.min(rows))))
    }

    /// The rows, in order.
    pub fn rows(self: Arc<Self>) -> impl Stream<Item = Result<RecordBatch, QueryError>> + Send {
        // A limit is usually met by the first row groups: prefetching the next ones would be wasted.
        let prefetch = if self.limit.is_some() { 1 } else { PREFETCH_ROW_GROUPS };
        let batch_rows = self.batch_rows.max(1);
        let (opener, reader) = (Arc::clone(&self), Arc::clone(&self));
        let limit = self.limit;
        let fragments = stream::once(async move { self.fragments().await })
            .map_ok(|fragments| stream::iter(fragments).map(Ok::<_, QueryError>))
            .try_flatten();
        let units = fragments
            .map_ok(move |(m, f)| {
                let scan = Arc::clone(&opener);
                async move { scan.units(m, f).await.map_err(|e| scan.wrong(m, e)) }
            })
            .try_buffered(if prefetch == 1 { 1 } else { PREFETCH_FOOTERS })
            .map_ok(|units| stream::iter(units).map(Ok))
            .try_flatten();
        let batches = units
            .map_ok(move |mut unit| {
                let scan = Arc::clone(&reader);
                if let Some(limit) = scan.limit
                    && scan.members[unit.member].conditions.is_empty()
                {
                    unit.offsets.truncate(limit);
                    unit.positions.truncate(limit);
                }
                let m = unit.member;
                let task =
                    SpawnedTask::spawn(async move { scan.read(unit).await.map_err(|e| scan.wrong(m, e)) });
                async move { task.join().await.unwrap_or_else(|e| Err(QueryError::sql(e.to_string()))) }
            })
            .try_buffered(prefetch);
        limited(batches, limit)
            .map_ok(move |batch| {
                let starts = (0..batch.num_rows()).step_by(batch_rows);
                let parts: Vec<_> =
                    starts.map(|at| Ok(batch.slice(at, batch_rows.min(batch.num_rows() - at)))).collect();
                stream::iter(parts)
            })
            .try_flatten()
    }
}

/// Ends with the row that meets the limit, without polling for the next batch.
fn limited(
    batches: impl Stream<Item = Result<RecordBatch, QueryError>> + Send,
    limit: Option<usize>,
) -> impl Stream<Item = Result<RecordBatch, QueryError>> + Send {
    stream::try_unfold((Box::pin(batches), limit), |(mut batches, wanted)| async move {
        if wanted == Some(0) {
            return Ok(None);
        }
        let Some(batch) = batches.try_next().await? else { return Ok(None) };
        let rows = wanted.map_or(batch.num_rows(), |w| w.min(batch.num_rows()));
        Ok(Some((batch.slice(0, rows), (batches, wanted.map(|w| w - rows)))))
    })
}
