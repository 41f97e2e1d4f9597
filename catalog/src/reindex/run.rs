//! Reindexes all data sets of a store.

use std::collections::HashMap;

use futures::stream::{self, StreamExt};
use hub_dataset::Store;
use hub_schema::DatasetName;
use uuid::Uuid;

use super::read;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::page::MAX_PAGE_ITEMS;

/// Data sets that are read at a time.
const AT_ONCE: usize = 16;

#[derive(Debug, Default)]
pub struct Reindexed {
    /// Data sets that the catalog knows now as the store has them, by name.
    pub datasets: Vec<DatasetName>,
    /// Deleted ones, which can be restored until their grace time is over.
    pub deleted: Vec<DatasetName>,
    pub commits: u64,
    /// What could not be read or taken in.
    pub failures: Vec<ReindexFailure>,
    /// Data sets that the catalog knows and the store doesn't hold.
    pub missing: Vec<DatasetName>,
}

/// A folder that could not be taken in.
#[derive(Debug)]
pub struct ReindexFailure {
    /// The folder below the store's root.
    pub location: String,
    pub error: Error,
}

impl Catalog {
    /// Makes the catalog know every data set below `root`, as the store has it. Namespaces are made as needed;
    /// users, members and tokens are not touched.
    ///
    /// # Errors
    /// If the root can't be listed or the database fails; a data set that can't be read is in the report.
    pub async fn reindex(&self, root: &Store) -> Result<Reindexed> {
        self.reindex_all(root, false).await
    }

    /// As [`reindex`](Self::reindex), but a data set is left alone whose name, card, tags and versions are known as
    /// the store has them: no commit of it is read.
    ///
    /// # Errors
    /// As there.
    pub async fn take_in(&self, root: &Store) -> Result<Reindexed> {
        self.reindex_all(root, true).await
    }

    async fn reindex_all(&self, root: &Store, pass_over_known: bool) -> Result<Reindexed> {
        let mut done = Reindexed::default();
        self.finish_all(root, &mut done.failures).await?;
        let mut seen: HashMap<Uuid, String> = HashMap::new();
        let outline_of = |location: String| async move {
            let outline = read::outline(root, &location).await;
            (location, outline)
        };
        let mut outlines = stream::iter(read::locations(root).await?).map(outline_of).buffered(AT_ONCE);
        while let Some((location, outline)) = outlines.next().await {
            let outline = match outline {
                Ok(Some(outline)) => outline,
                Ok(None) => continue,
                Err(error) => {
                    done.failures.push(ReindexFailure { location, error });
                    continue;
                }
            };
            let is_deleted = outline.deleted.is_some();
            match self.reindex_one(outline, pass_over_known, &mut seen).await {
                Ok((name, commits)) => {
                    if is_deleted { &mut done.deleted } else { &mut done.datasets }.push(name);
                    done.commits += commits;
                }
                Err(error @ Error::Unavailable { .. }) => return Err(error),
                Err(error) => done.failures.push(ReindexFailure { location, error }),
            }
        }
        let mut after = None;
        loop {
            let known = self.every_dataset(after, 500).await?;
            let Some(last) = known.last() else { break };
            after = Some(last.uuid);
            let failed = |location: &String| done.failures.iter().any(|f| f.location == *location);
            let gone = known.iter().filter(|d| !seen.contains_key(&d.uuid) && !failed(&d.location));
            done.missing.extend(gone.map(|d| d.name.clone()));
        }
        // So that the database plans for what is there now.
        for table in ["ANALYZE datasets", "ANALYZE commits", "ANALYZE refs"] {
            self.db.write(table).run().await?;
        }
        done.datasets.sort();
        done.deleted.sort();
        Ok(done)
    }

    /// Carries out the changes that are in the catalog, but not yet in the store.
    async fn finish_all(&self, root: &Store, failures: &mut Vec<ReindexFailure>) -> Result<()> {
        for uuid in self.unfinished_datasets(MAX_PAGE_ITEMS).await? {
            match self.finish(uuid, root).await {
                Ok(_) => {}
                Err(error @ Error::Unavailable { .. }) => return Err(error),
                Err(error) => {
                    let location = self.dataset_by_uuid(uuid).await?.location;
                    failures.push(ReindexFailure { location, error });
                }
            }
        }
        Ok(())
    }

    /// Takes in one data set: its name and how many commits it has.
    async fn reindex_one(
        &self,
        outline: read::Outline,
        pass_over_known: bool,
        seen: &mut HashMap<Uuid, String>,
    ) -> Result<(DatasetName, u64)> {
        let (uuid, location) = (outline.new.uuid, outline.new.location.clone());
        let (name, commits) = (outline.new.name.clone(), outline.places.len() as u64);
        if let Some(other) = seen.get(&uuid) {
            let problem = format!(
                "its hub.json is the one of {other}: it is a copy; push it under its name, or remove one of them"
            );
            return Err(Error::invalid("uuid", problem));
        }
        if !pass_over_known || !self.is_known(&outline).await? {
            self.write_found(&read::whole(outline).await?).await?;
        }
        seen.insert(uuid, location);
        Ok((name, commits))
    }
}
