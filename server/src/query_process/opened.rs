//! The revisions that a process of queries has opened.

use std::collections::HashMap;
use std::time::Duration;

use hub_dataset::{Dataset, Snapshot, Store};
use hub_schema::CommitId;
use uuid::Uuid;

use super::message::{Member, MemberPlace, Start};
use crate::store::{Root, RootError};

/// Above this many revisions, all are closed.
const MAX_OPEN: usize = 1024;

/// Opens revisions, and keeps them for the next query.
#[derive(Debug)]
pub struct Opened {
    root: Root,
    snapshots: HashMap<(Uuid, CommitId, MemberPlace), Snapshot>,
}

impl Opened {
    pub fn new(start: &Start) -> Result<Self, RootError> {
        let root = Root::open(&start.store, Duration::from_secs(start.store_patience_secs))?;
        Ok(Self { root, snapshots: HashMap::new() })
    }

    /// The revision, if it is open.
    pub fn get(&self, member: &Member) -> Option<Snapshot> {
        self.snapshots.get(&key(member)).cloned()
    }

    /// Opens a revision.
    pub async fn open(&self, member: &Member) -> hub_dataset::Result<Snapshot> {
        let store = match &member.place {
            MemberPlace::Directory(directory) => Store::local(directory)?,
            MemberPlace::Bucket(location) => self.root.store(location)?,
        };
        Dataset::open(store).await?.at(&member.at).await
    }

    pub fn keep(&mut self, member: &Member, snapshot: Snapshot) {
        if self.snapshots.len() >= MAX_OPEN {
            self.snapshots.clear();
        }
        self.snapshots.insert(key(member), snapshot);
    }
}

fn key(member: &Member) -> (Uuid, CommitId, MemberPlace) {
    (member.uuid, member.at.id, member.place.clone())
}
