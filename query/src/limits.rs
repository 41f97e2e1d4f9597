//! The limits of a query, and its result as a stream that enforces them.

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

/// The limits of one query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the start of planning to the last row.
    pub time: Duration,
    /// Memory for sorting, grouping and joining, in bytes; each call of a function may take 64 MiB besides.
    pub memory_bytes: usize,
    /// The most rows of the result.
    pub rows: u64,
}

impl Default for Limits {
    /// Ten minutes, 1 GiB, any number of rows: for queries on the user's own machine.
    fn default() -> Self {
        Self { time: Duration::from_secs(600), memory_bytes: 1 << 30, rows: u64::MAX }
    }
}

impl Limits {
    /// A DataFusion error as an error of this crate.
    pub(crate) fn error(&self, error: DataFusionError, sql: &str) -> QueryError {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => QueryError::Memory { bytes: self.memory_bytes },
            _ => QueryError::from_datafusion(error, sql),
        }
    }
}

/// The result, batch by batch. Dropping it cancels the query.
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
    /// A result that must be complete at `deadline`.
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

    /// The columns of the result. Class labels carry their feature in the field's metadata.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Hints for the user, one sentence each: data sets that lack a column, classes without a synset.
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
