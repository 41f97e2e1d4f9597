//! The position of a stream: enough to continue exactly there, with other ranks and workers.
//!
//! The order of an epoch is determined by [`Plan`]; a position in it is one number, the batches that all
//! consumers together have taken. A state names no rank, so any number of ranks can resume it. Serialised it is a
//! JSON object of a few hundred bytes.

use hub_schema::CommitId;
use serde::{Deserialize, Serialize};

use crate::images::OnError;

/// What determines the order of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The commit that is streamed.
    pub revision: CommitId,
    /// BLAKE3 (64 hex digits) of the split and the selected rows, see `chunks.rs`.
    pub selection: String,
    /// The seed of the shuffle; `None`: rows come in the revision's order.
    pub seed: Option<u64>,
    /// The epoch's number, from 0, which is a second seed.
    pub epoch: u64,
    /// Rows a batch, at least 1.
    pub batch_size: u64,
    /// Lanes that the batches are dealt from, at least 1.
    pub lanes: u64,
    /// The most chunks that are mixed at a time, at least 1.
    pub window_chunks: u64,
    /// 16 hex digits of the BLAKE3 of what becomes of the images: columns, transforms, seed; empty where none are decoded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub images: String,
    /// What happens where an image can't be decoded, which says what is in its place.
    #[serde(default, skip_serializing_if = "OnError::is_raise")]
    pub on_error: OnError,
}

/// The position of a stream. From [`BatchStream::state`](crate::BatchStream::state); goes to
/// [`StreamBuilder::resume`](crate::StreamBuilder::resume).
///
/// It holds for all consumers in step: it counts as if each had taken as many batches as the one it came
/// from. That is how training runs: one batch a rank and step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    /// The order that the position is in.
    #[serde(flatten)]
    pub plan: Plan,
    /// Batches of the epoch that are done, over all consumers.
    pub batches_done: u64,
}

impl StreamState {
    /// The beginning of the epoch after this one, in the same order but for the shuffle.
    #[must_use]
    pub fn next_epoch(mut self) -> Self {
        self.plan.epoch = self.plan.epoch.saturating_add(1);
        self.batches_done = 0;
        self
    }

    /// The state `batches` batches later, over all consumers: after `steps` steps of training with `world_size` ranks
    /// that is `steps * world_size`, whatever number of workers read for each rank.
    #[must_use]
    pub fn advance(mut self, batches: u64) -> Self {
        self.batches_done = self.batches_done.saturating_add(batches);
        self
    }
}
