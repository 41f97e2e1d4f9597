//! Data sets that are open, and states of them whose manifests are read.

use std::time::Duration;

use hub_catalog::{Catalog, DatasetInfo};
use hub_dataset::{Dataset, Snapshot, Store};
use hub_schema::{BranchName, CommitParent, Operation, Revision};
use moka::future::Cache;
use uuid::Uuid;

use crate::problem::{Problem, Result};
use crate::state::AppState;

/// Data sets that are kept open.
const OPEN_DATASETS: u64 = 256;
/// Revisions whose manifests are kept.
const OPEN_SNAPSHOTS: u64 = 1024;
/// Ids whose commits are remembered.
const KNOWN_IDS: u64 = 4096;
/// What nobody asked for this long is closed.
const IDLE: Duration = Duration::from_secs(600);
/// What is believed this long without asking the catalog.
const FRESH: Duration = Duration::from_secs(5);
/// Fewer digits are no id.
const LEAST_DIGITS: usize = 8;
/// So many digits (those of a Git commit) name one commit for good.
const SURE_DIGITS: usize = 40;
/// The digits of a whole id.
const WHOLE_DIGITS: usize = 64;

type SnapshotKey = (Uuid, String, BranchName, u64);

/// Data sets that are open, and revisions whose manifests are read.
#[derive(Debug)]
pub struct OpenDatasets {
    /// By id and place: a data set that was moved is opened anew.
    open: Cache<(Uuid, String), Dataset>,
    snapshots: Cache<SnapshotKey, Snapshot>,
    /// Where commits lie that were asked for by so much of their id that no other begins with it.
    ids: Cache<(Uuid, String), CommitParent>,
    /// Where data sets lie, for links that name them by id; asked again soon, since one may be moved.
    places: Cache<Uuid, Option<Store>>,
}

impl Default for OpenDatasets {
    fn default() -> Self {
        let open = Cache::builder().max_capacity(OPEN_DATASETS).time_to_idle(IDLE).build();
        let snapshots = Cache::builder().max_capacity(OPEN_SNAPSHOTS).time_to_idle(IDLE).build();
        let places = Cache::builder().max_capacity(OPEN_DATASETS).time_to_live(FRESH).build();
        let ids = Cache::builder().max_capacity(KNOWN_IDS).time_to_idle(IDLE).build();
        Self { open, snapshots, ids, places }
    }
}

impl OpenDatasets {
    /// Opens a data set of the catalog.
    pub async fn open(&self, state: &AppState, info: &DatasetInfo) -> Result<Dataset> {
        let key = (info.uuid, info.location.clone());
        if let Some(open) = self.open.get(&key).await {
            return Ok(open);
        }
        let dataset = Dataset::open(state.root.store(&info.location)?).await?;
        self.open.insert(key, dataset.clone()).await;
        Ok(dataset)
    }

    /// The place of a data set by its id; `None` if there is none, or it was deleted.
    pub async fn store(&self, state: &AppState, uuid: Uuid) -> Result<Option<Store>> {
        let look = async {
            match state.catalog.dataset_by_uuid(uuid).await {
                Ok(info) if info.deleted.is_some() => Ok(None),
                Ok(info) => Ok(Some(state.root.store(&info.location)?)),
                Err(hub_catalog::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(Problem::from(error)),
            }
        };
        if let Some(place) = self.places.get(&uuid).await {
            return Ok(place);
        }
        let place = look.await?;
        self.places.insert(uuid, place.clone()).await;
        Ok(place)
    }

    /// The state that a revision names; the head of the default branch where none is named. A version is the
    /// same for good, so its manifests are read once.
    pub async fn snapshot(
        &self,
        catalog: &Catalog,
        info: &DatasetInfo,
        dataset: &Dataset,
        revision: Option<&str>,
    ) -> Result<Snapshot> {
        let revision: Revision = revision.unwrap_or(info.default_branch.as_str()).parse()?;
        // Of a branch only the newest version's number is looked up, and the commit itself if it is not kept: it
        // names every class of every label and may be long.
        let (place, digits) = match &revision {
            Revision::Version(branch, version) => (Some((branch.clone(), *version)), None),
            Revision::Commit(id) => (None, Some(id.to_string())),
            Revision::Named(name) => {
                let digits = name.to_ascii_lowercase();
                let known = self.ids.contains_key(&(info.uuid, digits.clone()));
                match name.parse::<BranchName>().ok().filter(|_| !known) {
                    Some(branch) => match dataset.newest(&branch).await? {
                        Some(version) => (Some((branch, version)), None),
                        None => (None, Some(digits)),
                    },
                    None => (None, Some(digits)),
                }
            }
        };
        if let Some(place) = place
            && let Some(kept) = self.snapshots.get(&key(info, place)).await
        {
            return Ok(kept);
        }
        if let Some(digits) = digits.filter(|digits| may_be_id(digits))
            && let Some(found) = self.by_id(catalog, info, dataset, &digits).await?
        {
            return Ok(found);
        }
        let found = dataset.snapshot(&revision).await?;
        Ok(self.keep(info, found).await)
    }

    /// The commit whose id begins with these digits, if the catalog knows exactly one: the store would have to be
    /// searched for it, commit by commit.
    async fn by_id(
        &self,
        catalog: &Catalog,
        info: &DatasetInfo,
        dataset: &Dataset,
        digits: &str,
    ) -> Result<Option<Snapshot>> {
        let known = (info.uuid, digits.to_owned());
        let at = match self.ids.get(&known).await {
            Some(at) => at,
            None => {
                // What is called like this comes first.
                let name = digits.parse::<BranchName>().ok().filter(|_| digits.len() < WHOLE_DIGITS);
                if let Some(name) = name
                    && dataset.tag(&name).await?.is_some()
                {
                    return Ok(None);
                }
                let found = catalog.commits_by_id(info.uuid, digits).await?;
                let [at] = found.as_slice() else { return Ok(None) };
                at.clone()
            }
        };
        let kept = self.snapshots.get(&key(info, (at.branch.clone(), at.version))).await;
        let found = match kept.filter(|kept| kept.at().id == at.id) {
            Some(kept) => kept,
            None => match dataset.at(&at).await {
                Ok(found) if found.commit().operation != Operation::DeleteBranch => {
                    self.keep(info, found).await
                }
                // The store has the last word.
                _ => return Ok(None),
            },
        };
        if digits.len() >= SURE_DIGITS {
            self.ids.insert(known, at).await;
        }
        Ok(Some(found))
    }

    /// Keeps a state; the one that is kept already, if it is the same.
    async fn keep(&self, info: &DatasetInfo, found: Snapshot) -> Snapshot {
        let key = key(info, (found.at().branch.clone(), found.at().version));
        if let Some(kept) = self.snapshots.get(&key).await
            && kept.at().id == found.at().id
        {
            return kept;
        }
        self.snapshots.insert(key, found.clone()).await;
        found
    }

    /// Forgets a data set that was moved or is gone.
    pub async fn forget(&self, info: &DatasetInfo) {
        self.places.invalidate(&info.uuid).await;
        self.open.invalidate(&(info.uuid, info.location.clone())).await;
        let uuid = info.uuid;
        let kept = self.snapshots.iter().filter(|(key, _)| key.0 == uuid);
        let keys: Vec<_> = kept.map(|(key, _)| key).collect();
        for key in keys {
            self.snapshots.invalidate(key.as_ref()).await;
        }
    }
}

fn key(info: &DatasetInfo, (branch, version): (BranchName, u64)) -> SnapshotKey {
    (info.uuid, info.location.clone(), branch, version)
}

fn may_be_id(digits: &str) -> bool {
    digits.len() >= LEAST_DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit())
}
