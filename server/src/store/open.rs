//! Caches open data sets, and snapshots with the manifests they have read.

use std::time::Duration;

use hub_catalog::{Catalog, DatasetInfo};
use hub_dataset::{Dataset, Snapshot, Store};
use hub_schema::{BranchName, CommitParent, Operation, Revision};
use moka::future::Cache;
use uuid::Uuid;

use crate::problem::{Problem, Result};
use crate::store::{Root, mend};

/// Maximum data sets kept open.
const OPEN_DATASETS: u64 = 256;
/// Maximum snapshots kept with their manifests.
const OPEN_SNAPSHOTS: u64 = 1024;
/// Maximum commit ids whose branch and version are cached.
const KNOWN_IDS: u64 = 4096;
/// Entries are dropped when they were not used for this long.
const IDLE: Duration = Duration::from_secs(600);
/// How long a data set's location is used without asking the catalog again.
const LOCATION_TTL: Duration = Duration::from_secs(5);
/// Shorter prefixes are not accepted as commit ids.
const MIN_ID_DIGITS: usize = 8;
/// A prefix of this length (that of a Git commit id) is taken as unique for ever, and so can be cached.
const UNIQUE_DIGITS: usize = 40;
/// Hex digits of a full commit id.
const FULL_ID_DIGITS: usize = 64;

type SnapshotKey = (Uuid, String, BranchName, u64);

/// Open data sets and their snapshots.
#[derive(Debug)]
pub struct OpenDatasets {
    /// By id and location: a data set that was moved is opened again.
    open: Cache<(Uuid, String), Dataset>,
    snapshots: Cache<SnapshotKey, Snapshot>,
    /// Branch and version of commits, by unique prefixes of their ids.
    ids: Cache<(Uuid, String), CommitParent>,
    /// Stores by data set id, for signed links, which name data sets by id. Entries expire after [`LOCATION_TTL`], since a data
    /// set may be moved.
    places: Cache<Uuid, Option<Store>>,
}

impl Default for OpenDatasets {
    fn default() -> Self {
        let open = Cache::builder().max_capacity(OPEN_DATASETS).time_to_idle(IDLE).build();
        let snapshots = Cache::builder().max_capacity(OPEN_SNAPSHOTS).time_to_idle(IDLE).build();
        let places = Cache::builder().max_capacity(OPEN_DATASETS).time_to_live(LOCATION_TTL).build();
        let ids = Cache::builder().max_capacity(KNOWN_IDS).time_to_idle(IDLE).build();
        Self { open, snapshots, ids, places }
    }
}

impl OpenDatasets {
    /// Opens a data set of the catalog.
    pub async fn open(&self, root: &Root, info: &DatasetInfo) -> Result<Dataset> {
        let key = (info.uuid, info.location.clone());
        if let Some(open) = self.open.get(&key).await {
            return Ok(open);
        }
        let dataset = Dataset::open(root.store(&info.location)?).await?;
        self.open.insert(key, dataset.clone()).await;
        Ok(dataset)
    }

    /// Opens a data set of the catalog, after finishing a change of it that a killed server has left half-done.
    pub async fn open_or_mend(&self, catalog: &Catalog, root: &Root, info: &DatasetInfo) -> Result<Dataset> {
        let key = (info.uuid, info.location.clone());
        if let Some(open) = self.open.get(&key).await {
            return Ok(open);
        }
        match Dataset::open(root.store(&info.location)?).await {
            Err(hub_dataset::Error::NotFound { .. }) if mend(catalog, root, info).await? => {}
            Err(error) => return Err(error.into()),
            Ok(dataset) => {
                self.open.insert(key, dataset.clone()).await;
                return Ok(dataset);
            }
        }
        self.open(root, info).await
    }

    /// The store of a data set by its id; `None` if it doesn't exist or was deleted.
    pub async fn store(&self, catalog: &Catalog, root: &Root, uuid: Uuid) -> Result<Option<Store>> {
        let look = async {
            match catalog.dataset_by_uuid(uuid).await {
                Ok(info) if info.deleted.is_some() => Ok(None),
                Ok(info) => Ok(Some(root.store(&info.location)?)),
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

    /// The snapshot of a revision; without one, the head of the default branch. A version never changes, so its
    /// manifests are read once.
    pub async fn snapshot(
        &self,
        catalog: &Catalog,
        info: &DatasetInfo,
        dataset: &Dataset,
        revision: Option<&str>,
    ) -> Result<Snapshot> {
        let revision: Revision = revision.unwrap_or(info.default_branch.as_str()).parse()?;
        // For a branch, only the number of the newest version is requested. The commit itself is read only if it is not
        // cached: it lists every class of every label column and may be long.
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

    /// The commit whose id begins with these digits, if the catalog knows exactly one. The catalog is asked first,
    /// because in the store each commit would have to be read.
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
                // A tag of this name takes precedence over an id.
                let name = digits.parse::<BranchName>().ok().filter(|_| digits.len() < FULL_ID_DIGITS);
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
                // Not in the store as the catalog says: let the store resolve the revision.
                _ => return Ok(None),
            },
        };
        if digits.len() >= UNIQUE_DIGITS {
            self.ids.insert(known, at).await;
        }
        Ok(Some(found))
    }

    /// Caches a snapshot; returns the cached one if it is of the same commit.
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

    /// Drops all entries of a data set that was moved or deleted.
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
    digits.len() >= MIN_ID_DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit())
}
