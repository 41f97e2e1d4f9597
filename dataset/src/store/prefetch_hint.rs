//! Word of what will be read, before it is.
//!
//! A disk and a bucket need none. A store behind a server does: told once what a job will read, it asks for one
//! plan with a link to each file, instead of asking for leave a file at a time. So who is about to read a whole
//! revision announces it, and reads as always.

use std::fmt::Debug;

use futures::future::BoxFuture;
use hub_schema::CommitParent;

/// What will be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The revision.
    pub at: CommitParent,
    /// The columns; `None`: all.
    pub columns: Option<Vec<String>>,
    /// One split; `None`: all.
    pub split: Option<String>,
}

/// A store that wants to know what will be read.
pub trait PrefetchHint: Debug + Send + Sync {
    /// Makes ready.
    fn will_read<'a>(&'a self, scan: &'a Scan) -> BoxFuture<'a, object_store::Result<()>>;
}
