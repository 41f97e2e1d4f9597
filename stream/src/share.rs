//! One consumer's share of the batches, and the rows that it needs.
//!
//! Of the batches that are left, consumer `c` of `C` takes `c, c + C, c + 2C, …`, where the worker `w` of rank
//! `r` is consumer `w * world_size + r`: step `s` of training is batches `s * world_size ..` on, whatever
//! number of workers read for a rank.

/// Which batches a consumer takes.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// The first batch that any consumer takes.
    pub first: u64,
    /// The end of the batches.
    pub end: u64,
    /// This consumer's number, from 0.
    pub consumer: u64,
    /// The number of consumers, at least 1.
    pub consumers: u64,
}

impl Share {
    /// The number in the epoch of the share's `nth` batch; `None` after its last.
    pub fn nth(&self, nth: u64) -> Option<u64> {
        let batch = nth.checked_mul(self.consumers)?.checked_add(self.first)?.checked_add(self.consumer)?;
        (batch < self.end).then_some(batch)
    }

    /// How many batches it has.
    pub fn len(&self) -> u64 {
        let from = self.first.saturating_add(self.consumer);
        self.end.saturating_sub(from).div_ceil(self.consumers)
    }

    pub fn has(&self, batch: u64) -> bool {
        (self.first..self.end).contains(&batch) && (batch - self.first) % self.consumers == self.consumer
    }
}

/// A row of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The chunk's place in the selection.
    pub chunk: u32,
    /// The row, counted among the wanted rows of the chunk.
    pub row: u32,
    /// How many passes over the rows were before, where an epoch has several.
    pub pass: u32,
}

/// A chunk that a consumer is going to need; each is listed once.
#[derive(Debug)]
pub struct Need {
    /// The chunk's place in the selection.
    pub chunk: u32,
    /// The rows, counted among the wanted rows of the chunk; sorted.
    pub rows: NeededRows,
    /// How many rows of batches that makes: one for each, unless rows come again.
    pub uses: usize,
}

/// The rows of a chunk that a consumer needs.
#[derive(Debug)]
pub enum NeededRows {
    /// All wanted rows, and their number.
    All(u32),
    Some(Vec<u32>),
}
