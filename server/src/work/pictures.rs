//! Reads the pictures of revisions in the background, one revision at a time: for duplicates, outliers and what is unlike
//! its class.
//!
//! It may take hours for a large data set. What was read is kept on this server's disk for each file of the data set, so
//! that another revision, or a restarted server, goes on from there.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::Snapshot;
use hub_dataset::ops::pictures::{Fingerprint, Shelf};
use hub_schema::Field;

use super::background::{Background, Key, Known};
use crate::problem::{Problem, Result};

/// Maximum bytes of fingerprints in memory: of three million pictures.
const KEPT_BYTES: u64 = 512 * 1024 * 1024;

/// The pictures of revisions.
#[derive(Debug)]
pub struct Pictures {
    scans: Background<Vec<Fingerprint>>,
    shelf: Shelf,
}

impl Pictures {
    /// Keeps what was read in a folder below `home`.
    pub fn new(home: &Path) -> Self {
        Self { scans: Background::new(KEPT_BYTES, 1), shelf: Shelf::new(home.join("cache/pictures")) }
    }

    /// The pictures of a column, if they were read; otherwise reading begins, where `may_begin`, and is waited for a little.
    ///
    /// # Errors
    /// They can't be read.
    pub async fn get(
        &self,
        snapshot: &Snapshot,
        field: &Field,
        may_begin: bool,
        patience: Duration,
    ) -> Result<Known<Vec<Fingerprint>>> {
        let key = key(snapshot, field);
        let bytes = size_of::<Fingerprint>() as u64 * snapshot.index().await?.rows();
        let (read, field, shelf) = (snapshot.clone(), field.clone(), self.shelf.clone());
        let work = |progress| async move {
            read.fingerprints(&field, &shelf, &progress).await.map_err(Problem::from)
        };
        self.scans.get(key, bytes, may_begin, patience, work).await
    }

    /// The pictures of a column, if they are in memory; nothing is read.
    pub async fn peek(&self, snapshot: &Snapshot, field: &Field) -> Option<Arc<Vec<Fingerprint>>> {
        self.scans.peek(&key(snapshot, field)).await
    }
}

fn key(snapshot: &Snapshot, field: &Field) -> Key {
    (snapshot.dataset().hub_file().uuid, snapshot.at().id, field.id.to_string())
}
