//! Reindexes all data sets of a store.

use std::collections::HashMap;

use futures::stream::{self, StreamExt};
use hub_dataset::Store;
use hub_schema::DatasetName;
use uuid::Uuid;

use super::read::{self, Found, Outline};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::page::MAX_PAGE_ITEMS;

/// Data sets that are read, and then written in one transaction: each transaction waits for the disk.
const AT_ONCE: usize = 512;
/// Data sets that the database is asked for at a time.
const ASKED_AT_ONCE: usize = 16;

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
        for chunk in read::locations(root).await?.chunks(AT_ONCE) {
            // To the end before anything is written: what is read and not waited for would hold connections.
            let looks = self.look_at(root, chunk, pass_over_known).await?;
            let mut ready = Vec::with_capacity(looks.len());
            for (location, looked_at) in looks {
                match looked_at.and_then(|looked_at| is_no_copy(looked_at, &seen)) {
                    Ok(Some(looked_at)) => {
                        seen.insert(looked_at.uuid, location);
                        ready.push(looked_at);
                    }
                    Ok(None) => {}
                    Err(error @ Error::Unavailable { .. }) => return Err(error),
                    Err(error) => done.failures.push(ReindexFailure { location, error }),
                }
            }
            self.write_chunk(ready, &mut done).await?;
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

    /// Reads what the store has of the data sets in some folders; none where there is none.
    async fn look_at(
        &self,
        root: &Store,
        locations: &[String],
        pass_over_known: bool,
    ) -> Result<Vec<(String, Result<Option<LookedAt>>)>> {
        let outlines = read::outlines(root, locations).await?;
        // Side by side: a database on another machine answers each question after a round trip.
        let questions = outlines.iter().map(|outline| async move {
            match outline {
                Ok(Some(outline)) if pass_over_known => self.is_known(outline).await,
                _ => Ok(false),
            }
        });
        let known: Vec<Result<bool>> =
            stream::iter(questions.collect::<Vec<_>>()).buffered(ASKED_AT_ONCE).collect().await;
        let mut looks = Vec::with_capacity(outlines.len());
        let mut unknown = Vec::new();
        for ((location, outline), is_known) in locations.iter().zip(outlines).zip(known) {
            let look = match outline {
                Err(error) => Err(error),
                Ok(None) => Ok(None),
                Ok(Some(outline)) => {
                    let looked_at = LookedAt {
                        uuid: outline.new.uuid,
                        name: outline.new.name.clone(),
                        location: location.clone(),
                        is_deleted: outline.deleted.is_some(),
                        commits: outline.places.len() as u64,
                        found: None,
                    };
                    if let Ok(false) = is_known {
                        unknown.push((looks.len(), outline));
                    }
                    is_known.map(|_| Some(looked_at))
                }
            };
            looks.push((location.clone(), look));
        }
        let (places, outlines): (Vec<usize>, Vec<Outline>) = unknown.into_iter().unzip();
        for (place, found) in places.into_iter().zip(read::whole(root, outlines).await?) {
            let (_, look) = &mut looks[place];
            match (found, look) {
                (Ok(found), Ok(Some(looked_at))) => looked_at.found = Some(found),
                (Err(error), look) => *look = Err(error),
                (Ok(_), _) => {}
            }
        }
        Ok(looks)
    }

    /// Writes data sets in one transaction; where that fails, each in one of its own, so that a failure is that of one.
    async fn write_chunk(&self, chunk: Vec<LookedAt>, done: &mut Reindexed) -> Result<()> {
        let new: Vec<&Found> = chunk.iter().filter_map(|looked_at| looked_at.found.as_ref()).collect();
        let together = match self.write_found(&new).await {
            Err(error @ Error::Unavailable { .. }) => return Err(error),
            together => together.is_ok(),
        };
        for looked_at in chunk {
            let LookedAt { name, location, is_deleted, commits, found, .. } = looked_at;
            if let Some(found) = found.as_ref().filter(|_| !together) {
                match self.write_found(&[found]).await {
                    Ok(()) => {}
                    Err(error @ Error::Unavailable { .. }) => return Err(error),
                    Err(error) => {
                        done.failures.push(ReindexFailure { location, error });
                        continue;
                    }
                }
            }
            if is_deleted { &mut done.deleted } else { &mut done.datasets }.push(name);
            done.commits += commits;
        }
        Ok(())
    }
}

/// A data set of the store.
struct LookedAt {
    uuid: Uuid,
    name: DatasetName,
    location: String,
    is_deleted: bool,
    commits: u64,
    /// What is to be written; none where the catalog knows it already.
    found: Option<Found>,
}

/// Refuses a second folder of one data set.
fn is_no_copy(looked_at: Option<LookedAt>, seen: &HashMap<Uuid, String>) -> Result<Option<LookedAt>> {
    match looked_at.as_ref().and_then(|looked_at| seen.get(&looked_at.uuid)) {
        None => Ok(looked_at),
        Some(other) => {
            let problem = format!(
                "its hub.json is the one of {other}: it is a copy; push it under its name, or remove one of them"
            );
            Err(Error::invalid("uuid", problem))
        }
    }
}
