//! Where a stream stands: enough to go on exactly there, with other ranks and workers.
//!
//! The order of an epoch is fixed by what [`Plan`] holds; a position in it is one number, the batches that
//! all consumers together have taken. Nothing in a state names a rank, so it can be resumed by any number of
//! them. It is plain JSON when serialised, and small.

use hub_schema::CommitId;
use serde::{Deserialize, Serialize};

/// What fixes the order of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The revision.
    pub revision: CommitId,
    /// BLAKE3 (hex) of the split and the rows that were asked for, see `chunks.rs`.
    pub selection: String,
    /// The seed; none: rows come in their own order.
    pub seed: Option<u64>,
    /// The epoch, which is a second seed.
    pub epoch: u64,
    /// Rows a batch.
    pub batch_size: u64,
    /// Lanes that the batches are dealt from.
    pub lanes: u64,
    /// The most chunks that are mixed at a time.
    pub window_chunks: u64,
}

/// Where a stream stands. From [`BatchStream::state`](crate::BatchStream::state); goes to
/// [`StreamBuilder::resume`](crate::StreamBuilder::resume).
///
/// It holds for all consumers in step: it counts as if each had taken as many batches as the one it came
/// from. That is how training runs: one batch a rank and step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    /// What fixes the order.
    #[serde(flatten)]
    pub plan: Plan,
    /// Batches of the epoch that are done, over all consumers.
    pub batches_done: u64,
}

impl StreamState {
    /// The state `batches` later, over all consumers: after `steps` steps of training with `world_size` ranks
    /// that is `steps * world_size`, whatever number of workers read for each rank.
    #[must_use]
    pub fn advance(mut self, batches: u64) -> Self {
        self.batches_done = self.batches_done.saturating_add(batches);
        self
    }
}
