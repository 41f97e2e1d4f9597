//! Finds indexed revisions, in the database or in the cache in memory.

use std::collections::HashMap;
use std::sync::Arc;

use hub_schema::{CommitId, CommitParent};
use uuid::Uuid;

use super::revision::IndexedRevision;
use super::synset_index::SynsetIndex;
use crate::db::Row;
use crate::error::Result;

impl SynsetIndex {
    /// A revision, if it is indexed.
    pub(crate) async fn known(&self, dataset: Uuid, id: CommitId) -> Result<Option<Arc<IndexedRevision>>> {
        if let Some(known) = self.caches.revisions.get(&(dataset, id)).await {
            return Ok(Some(known));
        }
        let rows = self
            .db
            .read(
                "SELECT d.generation, c.label, c.segments FROM index_revisions r
                 JOIN index_datasets d ON d.dataset = r.dataset
                 LEFT JOIN index_columns c ON c.dataset = r.dataset AND c.id = r.id
                 WHERE r.dataset = $1 AND r.id = $2",
            )
            .bind(dataset)
            .bind(id)
            .rows()
            .await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut revision = IndexedRevision { generation: first.get("generation")?, columns: HashMap::new() };
        for row in &rows {
            if let Some(label) = row.get::<Option<String>>("label")? {
                revision.columns.insert(label, row.json("segments")?);
            }
        }
        let revision = Arc::new(revision);
        self.caches.revisions.insert((dataset, id), Arc::clone(&revision)).await;
        Ok(Some(revision))
    }

    /// Forgets what memory holds of a revision: another changed what it is made of.
    pub(crate) async fn forget(&self, dataset: Uuid, id: CommitId) {
        self.caches.revisions.invalidate(&(dataset, id)).await;
    }

    /// The indexed revisions of a data set, newest first.
    pub(crate) async fn known_revisions(&self, dataset: Uuid) -> Result<Vec<CommitParent>> {
        let rows = self
            .db
            .read("SELECT id, branch, version FROM index_revisions WHERE dataset = $1 ORDER BY made DESC")
            .bind(dataset)
            .rows()
            .await?;
        let at = |row: &Row| {
            Ok(CommitParent {
                id: row.parse("id")?,
                branch: row.parse("branch")?,
                version: row.count("version")?,
            })
        };
        rows.iter().map(at).collect()
    }
}
