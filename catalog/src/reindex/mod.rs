//! Building the catalog's view of all data sets again, from the store alone.
//!
//! Every `<namespace>/<name>/hub.json` below the root is a data set; `about.json` beside it says what it is
//! called and who may see it; its refs and tags say the rest. Each data set is read whole, then written in one
//! transaction, so that a run that is cut off leaves nothing half done and can be repeated. One that can't be
//! read is reported and passed over. What the catalog knows and the store doesn't hold is reported, never
//! dropped: a bucket that is out of reach must not cost a catalog.

mod read;
mod write;

use std::collections::HashMap;

use hub_dataset::Store;
use hub_schema::DatasetName;
use uuid::Uuid;

use crate::catalog::Catalog;
use crate::error::{Error, Result};

/// What a reindex did.
#[derive(Debug, Default)]
pub struct Reindexed {
    /// Data sets that the catalog knows now as the store has them, by name.
    pub datasets: Vec<DatasetName>,
    /// Commits of those.
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
    /// Why.
    pub error: Error,
}

impl Catalog {
    /// Makes the catalog know every data set below `root`, as the store has it. Namespaces are made as needed;
    /// users, members and tokens are not touched.
    ///
    /// # Errors
    /// If the root can't be listed or the database fails; a data set that can't be read is in the report.
    pub async fn reindex(&self, root: &Store) -> Result<Reindexed> {
        let mut done = Reindexed::default();
        let mut seen: HashMap<Uuid, String> = HashMap::new();
        for location in read::locations(root).await? {
            match self.reindex_one(root, &location, &mut seen).await {
                Ok(Some((name, commits))) => {
                    done.datasets.push(name);
                    done.commits += commits;
                }
                Ok(None) => {}
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
        Ok(done)
    }

    /// Takes in one data set: its name and how many commits it has; none if no data set is there.
    async fn reindex_one(
        &self,
        root: &Store,
        location: &str,
        seen: &mut HashMap<Uuid, String>,
    ) -> Result<Option<(DatasetName, u64)>> {
        let Some(found) = read::dataset(root, location).await? else { return Ok(None) };
        if let Some(other) = seen.get(&found.new.uuid) {
            let problem = format!(
                "its hub.json is the one of {other}: it is a copy; push it under its name, or remove one of them"
            );
            return Err(Error::invalid("uuid", problem));
        }
        self.write_found(&found).await?;
        seen.insert(found.new.uuid, location.to_owned());
        Ok(Some((found.new.name, found.commits.len() as u64)))
    }
}
