//! Dropping an index, building it again, and its size.

use hub_dataset::Dataset;
use uuid::Uuid;

use super::synset_index::SynsetIndex;
use crate::error::Result;

impl SynsetIndex {
    /// Drops what is indexed of a data set. The next query builds it again.
    pub async fn drop(&self, dataset: Uuid) -> Result<()> {
        self.db.write("DELETE FROM index_datasets WHERE dataset = $1").bind(dataset).run().await?;
        self.forget_all(dataset).await
    }

    /// Builds the index of a data set anew: the head of each branch. Says how many revisions that were.
    ///
    /// # Errors
    /// The data set can't be read; the database fails.
    pub async fn rebuild(&self, dataset: &Dataset) -> Result<u64> {
        self.drop(dataset.hub_file().uuid).await?;
        let mut applied = 0;
        for branch in dataset.branches().await? {
            if let Some(head) = dataset.head(&branch).await? {
                applied += u64::from(self.apply(&head).await?);
            }
        }
        Ok(applied)
    }

    /// Bytes that the index of a data set takes, of all data sets if none is named; without the database's own
    /// overhead, which is a few percent.
    pub async fn size_bytes(&self, dataset: Option<Uuid>) -> Result<u64> {
        let row = self
            .db
            .read(
                "SELECT CAST(coalesce((SELECT sum(length(p.postings)) FROM index_parts p
                         JOIN index_segments s ON s.id = p.segment WHERE s.dataset = coalesce($1, s.dataset)), 0)
                      + coalesce((SELECT sum(length(head)) FROM index_segments
                         WHERE dataset = coalesce($1, dataset)), 0)
                      + coalesce((SELECT sum(length(runs)) FROM index_extents
                         WHERE dataset = coalesce($1, dataset)), 0) AS BIGINT) AS bytes",
            )
            .bind(dataset)
            .row()
            .await?;
        row.map_or(Ok(0), |row| row.count("bytes"))
    }

    /// Forgets what memory holds of a data set.
    pub(crate) async fn forget_all(&self, dataset: Uuid) -> Result<()> {
        let keys: Vec<_> = self.caches.revisions.iter().map(|(key, _)| *key).collect();
        for key in keys.into_iter().filter(|key| key.0 == dataset) {
            self.forget(key.0, key.1).await;
        }
        Ok(())
    }
}
