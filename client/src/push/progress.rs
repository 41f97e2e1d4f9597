//! The counters of a push, for progress bars.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

/// Counters of a running push, export or copy, which may be read at any time; and the way to cancel it.
#[derive(Debug, Default)]
pub struct Progress {
    samples: AtomicU64,
    read_bytes: AtomicU64,
    written_bytes: AtomicU64,
    reused_bytes: AtomicU64,
    skipped: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Samples that were encoded (push) or written (export).
    pub fn samples(&self) -> u64 {
        self.samples.load(Ordering::Relaxed)
    }

    /// Bytes of media that were read (push), written (export) or copied (copy).
    pub fn read_bytes(&self) -> u64 {
        self.read_bytes.load(Ordering::Relaxed)
    }

    /// Bytes that were written to the store.
    pub fn written_bytes(&self) -> u64 {
        self.written_bytes.load(Ordering::Relaxed)
    }

    /// Bytes of files that the store held already.
    pub fn reused_bytes(&self) -> u64 {
        self.reused_bytes.load(Ordering::Relaxed)
    }

    /// Samples that were left out.
    pub fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Cancels the operation; it ends soon, with [`crate::Error::Cancelled`].
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn took(&self, samples: u64, bytes: u64) {
        self.samples.fetch_add(samples, Ordering::Relaxed);
        self.read_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn uploaded(&self, up: hub_dataset::ops::fragment_builder::Uploaded) {
        self.written_bytes.fetch_add(up.written_bytes, Ordering::Relaxed);
        self.reused_bytes.fetch_add(up.reused_bytes, Ordering::Relaxed);
    }

    pub(super) fn left_out(&self) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }
}

/// The counters, for a stage of a push that runs on a thread of its own: such a stage must notice that the push's
/// future was dropped.
#[derive(Clone, Debug)]
pub(super) struct StageProgress {
    counters: Arc<Progress>,
    push: Weak<()>,
}

impl StageProgress {
    /// Those of the push that keeps `push`.
    pub fn new(counters: &Arc<Progress>, push: &Arc<()>) -> Self {
        Self { counters: Arc::clone(counters), push: Arc::downgrade(push) }
    }

    /// Whether the push was cancelled or dropped.
    pub fn is_stopped(&self) -> bool {
        self.is_cancelled() || self.push.strong_count() == 0
    }
}

impl Deref for StageProgress {
    type Target = Progress;

    fn deref(&self) -> &Progress {
        &self.counters
    }
}
