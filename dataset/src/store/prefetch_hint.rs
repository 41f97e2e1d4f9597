//! Hints of what will be read, before it is.
//!
//! A disk and a bucket need none. A store behind a server does: once it knows what a job will read, it requests one
//! plan with a link to each file, instead of one link at a time. So a caller that is about to read a whole revision
//! announces it, and then reads as usual.

use std::fmt::Debug;

use futures::future::BoxFuture;
use hub_schema::CommitParent;

/// Which part of a revision is about to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The revision that will be read.
    pub at: CommitParent,
    /// The names of the columns that will be read; `None`: all.
    pub columns: Option<Vec<String>>,
    /// The only split that will be read; `None`: all.
    pub split: Option<String>,
}

/// A store that can prepare for reads.
pub trait PrefetchHint: Debug + Send + Sync {
    /// Prepares for the reads of `scan`, before the first of them.
    fn will_read<'a>(&'a self, scan: &'a Scan) -> BoxFuture<'a, object_store::Result<()>>;
}
