//! Word of what will be read, before it is.
//!
//! A disk and a bucket need none. A store behind a server does: told once what a job will read, it asks for one
//! plan with a link to each file, instead of asking for leave a file at a time. So who is about to read a whole
//! revision announces it, and reads as always.

use std::fmt::Debug;

use futures::future::BoxFuture;
use hub_schema::CommitParent;

use super::Store;
use crate::error::Result;

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

impl Store {
    /// The store, with somebody who is told what will be read.
    #[must_use]
    pub fn with_prefetch_hint(self, prefetch_hint: std::sync::Arc<dyn PrefetchHint>) -> Self {
        Self { prefetch_hint: Some(prefetch_hint), ..self }
    }

    /// Does a server stand between this store and its files?
    pub fn is_served(&self) -> bool {
        self.prefetch_hint.is_some()
    }

    /// Says what will be read. Nothing depends on it but speed.
    pub async fn will_read(&self, scan: &Scan) -> Result<()> {
        match &self.prefetch_hint {
            Some(prefetch_hint) => {
                prefetch_hint.will_read(scan).await.map_err(self.fail("", "plan what to read"))
            }
            None => Ok(()),
        }
    }
}
