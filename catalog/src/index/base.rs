//! Which indexed revision to start from: the nearest one behind a revision, else the one that was indexed last.
//! Any of them is correct; the nearer it is, the less has to be read.

use std::collections::VecDeque;
use std::sync::Arc;

use hub_dataset::Snapshot;
use hub_schema::CommitParent;
use uuid::Uuid;

use super::revision::IndexedRevision;
use super::synset_index::SynsetIndex;
use crate::error::Result;

/// The most ancestors that are read on the way back. Each is a small object of the store.
const LOOK_BACK: usize = 32;

impl SynsetIndex {
    /// The revision to start from; none if none is indexed, or none can be read any more.
    pub(crate) async fn base(
        &self,
        snapshot: &Snapshot,
        dataset: Uuid,
    ) -> Result<Option<(Snapshot, Arc<IndexedRevision>)>> {
        let known = self.known_revisions(dataset).await?;
        let Some(newest) = known.first() else { return Ok(None) };
        let nearest = nearest(snapshot, &known).await;
        let at = nearest.as_ref().unwrap_or(newest);
        // Swept from the store since: then there is nothing to compare with.
        let Ok(base) = snapshot.dataset().at(at).await else { return Ok(None) };
        let indexed = self.known(dataset, at.id).await?;
        Ok(indexed.map(|indexed| (base, indexed)))
    }
}

async fn nearest(snapshot: &Snapshot, known: &[CommitParent]) -> Option<CommitParent> {
    let mut waiting: VecDeque<CommitParent> = snapshot.commit().parents.iter().cloned().collect();
    for _ in 0..LOOK_BACK {
        let next = waiting.pop_front()?;
        if let Some(found) = known.iter().find(|k| k.id == next.id) {
            return Some(found.clone());
        }
        if let Ok(parent) = snapshot.dataset().at(&next).await {
            waiting.extend(parent.commit().parents.iter().cloned());
        }
    }
    None
}
