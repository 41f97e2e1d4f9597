//! A data set: its store, and the caches of its files and ids.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::Utc;
use hub_schema::commit::Arbiter;
use hub_schema::{ContentHash, DataFile, FORMAT_VERSION, HubFile, ManifestRef};
use moka::future::Cache;
use uuid::Uuid;

use crate::arbitration::Arbitrate;
use crate::error::{Error, Result};
use crate::file::GroupFile;
use crate::layout;
use crate::manifest::list::Manifest;
use crate::manifest::{KnownIds, UsedIds};
use crate::store::{Created, Lock, Store};

/// Capacity of the cache of open files, in bytes of their footers.
const OPEN_FILES_BYTES: u64 = 256 * 1024 * 1024;

/// After this time, a writer looks once more whether its data set is still there before it commits.
const LONG_OPEN: Duration = Duration::from_secs(10);

/// A data set. Cheap to clone; clones share the caches.
#[derive(Clone, Debug)]
pub struct Dataset {
    store: Store,
    hub: Arc<HubFile>,
    opened: Instant,
    open_files: Cache<ContentHash, GroupFile>,
    known_ids: KnownIds,
    arbiter: Option<Arc<dyn Arbitrate>>,
}

impl Dataset {
    /// Creates a data set in an empty place.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Occupied`] and [`Error::Remains`] where other files are in the way;
    /// [`Error::Unconditional`] where the store ignores conditional creates.
    pub async fn create(store: Store) -> Result<Self> {
        if store.head(layout::HUB_FILE).await?.is_some() {
            return Err(Error::Exists { uri: store.uri().to_owned() });
        }
        if let Err(error) = store.check_vacant().await {
            // Another writer may have created it, and committed, since it was looked for.
            let is_created = store.head(layout::HUB_FILE).await?.is_some();
            return Err(if is_created { Error::Exists { uri: store.uri().to_owned() } } else { error });
        }
        if !store.honours_create().await? {
            return Err(Error::Unconditional { uri: store.uri().to_owned() });
        }
        let hub = HubFile {
            format: FORMAT_VERSION,
            uuid: Uuid::new_v4(),
            created: Utc::now(),
            arbiter: Arbiter::Store,
        };
        let json = to_json(layout::HUB_FILE, &hub)?;
        match store.create(layout::HUB_FILE, json).await? {
            Created::Yes => Ok(Self::with(store, hub)),
            Created::Taken => Err(Error::Exists { uri: store.uri().to_owned() }),
        }
    }

    /// Opens a data set.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NewerFormat`].
    pub async fn open(store: Store) -> Result<Self> {
        let Some(json) = store.get(layout::HUB_FILE).await? else {
            return Err(Error::NotFound { uri: store.uri().to_owned() });
        };
        let path = format!("{}/{}", store.uri(), layout::HUB_FILE);
        let hub: HubFile = from_json(&path, &json)?;
        check_format(&path, hub.format)?;
        Ok(Self::with(store, hub))
    }

    /// Opens a data set, or creates it.
    pub async fn open_or_create(store: Store) -> Result<Self> {
        match Self::open(store.clone()).await {
            Err(Error::NotFound { .. }) => match Self::create(store.clone()).await {
                // Another writer created it at the same time.
                Err(Error::Exists { .. }) => Self::open(store).await,
                other => other,
            },
            other => other,
        }
    }

    fn with(store: Store, hub: HubFile) -> Self {
        let weight = |_: &ContentHash, file: &GroupFile| file.metadata().memory_size() as u32;
        let open_files = Cache::builder().max_capacity(OPEN_FILES_BYTES).weigher(weight).build();
        let known_ids = KnownIds::default();
        let (hub, opened) = (Arc::new(hub), Instant::now());
        Self { store, hub, opened, open_files, known_ids, arbiter: None }
    }

    /// The store that the data set's files are in.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The data set, with the arbiter of creates where the store can't be trusted with them.
    #[must_use]
    pub fn with_arbiter(self, arbiter: Arc<dyn Arbitrate>) -> Self {
        Self { arbiter: Some(arbiter), ..self }
    }

    /// The parsed `hub.json`: format version, UUID, creation time, arbiter.
    pub fn hub_file(&self) -> &HubFile {
        &self.hub
    }

    /// Creates a ref, a tag or a view: files that two writers may try to create at the same time.
    ///
    /// # Errors
    /// [`Error::Arbitrated`] where only the hub's server may create them; [`Error::Removed`] if the data set was
    /// removed: nothing is left of what was created then.
    pub(crate) async fn create_once(&self, path: &str, json: Bytes) -> Result<Created> {
        if self.store.is_served() {
            return self.store.create(path, json).await;
        }
        let created = match (self.hub.arbiter, &self.arbiter) {
            (Arbiter::Store, _) => self.store.create(path, json.clone()).await?,
            (Arbiter::Catalog, Some(arbiter)) => {
                let created = arbiter.create(&self.store, self.hub.uuid, path, json.clone()).await;
                created.map_err(|source| Error::Arbitration { path: path.to_owned(), source })?
            }
            (Arbiter::Catalog, None) => {
                return Err(Error::Arbitrated { uri: self.store.uri().to_owned() });
            }
        };
        // A removal deletes `hub.json` before it lists the other files. So if it is found after the create, either
        // there is no removal, or it deletes this file too.
        if created == Created::Yes
            && let Err(removed @ Error::Removed { .. }) = self.check_not_removed().await
        {
            self.take_back(path, &json).await?;
            return Err(removed);
        }
        Ok(created)
    }

    /// Checks that the data set that was opened is still there.
    ///
    /// # Errors
    /// [`Error::Removed`] if it is not, or another is in its place; the store fails.
    pub(crate) async fn check_not_removed(&self) -> Result<()> {
        let json = self.store.get(layout::HUB_FILE).await?;
        let there = json.as_ref().and_then(|json| serde_json::from_slice::<HubFile>(json).ok());
        match there.is_some_and(|there| there.uuid == self.hub.uuid) {
            true => Ok(()),
            false => Err(Error::Removed { uri: self.store.uri().to_owned() }),
        }
    }

    /// Checks that the data set is still there before a commit is made, where that costs no request, or little beside what
    /// was uploaded since it was opened. The check after the commit is the one that counts; without this one, a commit
    /// could be seen for a moment in a data set that was created in the place of the removed one.
    pub(crate) async fn check_before_commit(&self) -> Result<()> {
        let is_cheap = self.store.directory().is_some() || self.opened.elapsed() > LONG_OPEN;
        if self.store.is_served() || !is_cheap {
            return Ok(());
        }
        self.check_not_removed().await
    }

    /// Why something failed: a removal of the data set in the meantime explains any other error.
    pub async fn removed_or(&self, error: Error) -> Error {
        match self.store.is_served() {
            true => error,
            false => match self.check_not_removed().await {
                Err(removed @ Error::Removed { .. }) => removed,
                _ => error,
            },
        }
    }

    /// Deletes what was just created, unless it is something else by now; and its folder, which the removal of the data
    /// set can't have deleted before.
    async fn take_back(&self, path: &str, json: &Bytes) -> Result<()> {
        if self.store.get(path).await?.as_ref() == Some(json) {
            self.store.delete(path).await?;
        }
        for folder in std::path::Path::new(path).ancestors().skip(1) {
            if let Some(folder) = folder.to_str().and_then(|folder| self.store.local_file(folder)) {
                // Fails while it holds other files.
                let _ = std::fs::remove_dir(folder);
            }
        }
        Ok(())
    }

    /// Announces that files will be written which no commit names yet: until what is returned is dropped, a garbage
    /// collection keeps young files. On a local disk only, see [`Dataset::gc`].
    pub async fn begin_writing(&self) -> Lock {
        self.store.lock_as_writer().await
    }

    /// The fragment ids that these manifests take, and that no other fragment may get.
    pub async fn used_ids(&self, manifests: &[ManifestRef]) -> Result<UsedIds> {
        self.known_ids.used_ids(&self.store, manifests).await
    }

    /// The fragment ids that these manifests take, as far as they are known without reading.
    pub(crate) async fn ids_in_memory(&self, manifests: impl Iterator<Item = &ManifestRef>) -> UsedIds {
        self.known_ids.in_memory(manifests).await
    }

    /// Caches the ids in manifests that were just written or read.
    pub(crate) async fn cache_ids(&self, manifests: &[Manifest]) {
        for manifest in manifests {
            self.known_ids.insert(manifest).await;
        }
    }

    /// Opens a column group, or takes it from the cache of open files.
    pub async fn file(&self, file: &DataFile) -> Result<GroupFile> {
        if let Some(open) = self.open_files.get(&file.hash).await {
            return Ok(open);
        }
        let open = GroupFile::open(&self.store, file).await?;
        self.open_files.insert(file.hash, open.clone()).await;
        Ok(open)
    }
}

/// Refuses a file that a newer version wrote.
pub(crate) fn check_format(path: &str, found: u32) -> Result<()> {
    if found <= FORMAT_VERSION {
        return Ok(());
    }
    Err(Error::NewerFormat { path: path.to_owned(), found, known: FORMAT_VERSION })
}

/// JSON as it is stored: indented, with a line feed at the end.
pub(crate) fn to_json(path: &str, value: &impl serde::Serialize) -> Result<Bytes> {
    let json = serde_json::to_vec_pretty(value);
    let mut json = json.map_err(|source| Error::Json { path: path.to_owned(), source })?;
    json.push(b'\n');
    Ok(json.into())
}

/// Parses stored JSON; `path` is for the error.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(path: &str, json: &[u8]) -> Result<T> {
    serde_json::from_slice(json).map_err(|source| Error::Json { path: path.to_owned(), source })
}
