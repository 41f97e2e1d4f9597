//! The stream of batches.

use std::pin::Pin;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::Stream;

use super::error::Result;
use super::state::StreamState;

/// A stream of batches, from [`StreamBuilder::build`](super::StreamBuilder::build).
#[derive(Debug)]
pub struct BatchStream {
    schema: SchemaRef,
    state: StreamState,
}

impl BatchStream {
    pub(super) fn empty() -> Self {
        let plan = super::Plan {
            revision: hub_schema::ContentHash([0; 32]),
            selection: String::new(),
            seed: None,
            epoch: 0,
            batch_size: 1,
            lanes: 1,
            window_chunks: 1,
        };
        Self { schema: arrow::datatypes::Schema::empty().into(), state: StreamState { plan, batches_done: 0 } }
    }

    /// The columns of the batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Where the stream stands.
    pub fn state(&self) -> StreamState {
        self.state.clone()
    }

    /// Rows of the whole epoch, over all consumers.
    pub fn epoch_rows(&self) -> u64 {
        0
    }

    /// Batches that this consumer will still get.
    pub fn batches_left(&self) -> u64 {
        0
    }
}

impl Stream for BatchStream {
    type Item = Result<RecordBatch>;

    fn poll_next(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
