//! What a query may cost, and the answer as a stream that keeps to it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures::stream::{Stream, StreamExt};
use tokio::time::{Instant, Sleep};

use crate::error::QueryError;

/// What a query may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the start to the last row.
    pub time: Duration,
    /// For sorting, grouping and joining.
    pub memory_bytes: usize,
    /// Rows of the answer.
    pub rows: u64,
}

impl Default for Limits {
    /// Ten minutes, a GiB, and as many rows as there are: for one's own machine.
    fn default() -> Self {
        Self { time: Duration::from_secs(600), memory_bytes: 1 << 30, rows: u64::MAX }
    }
}

impl Limits {
    /// The error behind one of DataFusion's.
    pub(crate) fn error(&self, error: DataFusionError, sql: &str) -> QueryError {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => QueryError::Memory { bytes: self.memory_bytes },
            _ => QueryError::from_datafusion(error, sql),
        }
    }
}

/// The answer, batch by batch. Dropping it stops the work.
pub struct QueryStream {
    schema: SchemaRef,
    notes: Vec<String>,
    rows: SendableRecordBatchStream,
    clock: Pin<Box<Sleep>>,
    left: u64,
    limits: Limits,
    sql: String,
    over: bool,
}

impl std::fmt::Debug for QueryStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueryStream").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl QueryStream {
    /// An answer that must be complete at `deadline`.
    pub(crate) fn new(
        rows: SendableRecordBatchStream,
        notes: Vec<String>,
        deadline: Instant,
        limits: Limits,
        sql: &str,
    ) -> Self {
        let clock = Box::pin(tokio::time::sleep_until(deadline));
        let schema = rows.schema();
        Self { schema, notes, rows, clock, left: limits.rows, limits, sql: sql.to_owned(), over: false }
    }

    /// The columns. Class labels carry their feature in the field's metadata.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// What the reader of the answer should know: classes that no synset is known for.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl Stream for QueryStream {
    type Item = Result<RecordBatch, QueryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let limits = self.limits;
        let end = |stream: &mut Self, error| {
            stream.over = true;
            Poll::Ready(Some(Err(error)))
        };
        if self.clock.as_mut().poll(context).is_ready() {
            return end(&mut self, QueryError::Time(limits.time));
        }
        match std::task::ready!(self.rows.poll_next_unpin(context)) {
            None => {
                self.over = true;
                Poll::Ready(None)
            }
            Some(Err(error)) => {
                let error = limits.error(error, &self.sql);
                end(&mut self, error)
            }
            Some(Ok(batch)) => {
                let rows = batch.num_rows() as u64;
                if rows > self.left {
                    return end(&mut self, QueryError::Rows(limits.rows));
                }
                self.left -= rows;
                Poll::Ready(Some(Ok(batch)))
            }
        }
    }
}
