//! A data set: its store, and the caches of its files and ids.

use std::sync::Arc;

use bytes::Bytes;
use chrono::Utc;
use hub_schema::commit::Arbiter;
use hub_schema::{ContentHash, DataFile, FORMAT_VERSION, HubFile, ManifestRef};
use moka::future::Cache;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::file::GroupFile;
use crate::layout;
use crate::manifest::list::Manifest;
use crate::manifest::{KnownIds, UsedIds};
use crate::store::{Created, Store};

/// Capacity of the cache of open files, in bytes of their footers.
const OPEN_FILES_BYTES: u64 = 256 * 1024 * 1024;

/// A data set. Cheap to clone; clones share the caches.
#[derive(Clone, Debug)]
pub struct Dataset {
    store: Store,
    hub: Arc<HubFile>,
    open_files: Cache<ContentHash, GroupFile>,
    known_ids: KnownIds,
}

impl Dataset {
    /// Creates a data set where none exists.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Unconditional`] where the store ignores conditional creates.
    pub async fn create(store: Store) -> Result<Self> {
        if store.head(layout::HUB_FILE).await?.is_some() {
            return Err(Error::Exists { uri: store.uri().to_owned() });
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
        Self { store, hub: Arc::new(hub), open_files, known_ids: KnownIds::default() }
    }

    /// The store that the data set's files are in.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The parsed `hub.json`: format version, UUID, creation time, arbiter.
    pub fn hub_file(&self) -> &HubFile {
        &self.hub
    }

    /// Creates a ref, a tag or a view: files that two writers may try to create at the same time.
    ///
    /// # Errors
    /// [`Error::Arbitrated`] where only the hub's server may create them.
    pub(crate) async fn create_once(&self, path: &str, json: Bytes) -> Result<Created> {
        if self.hub.arbiter == Arbiter::Catalog && !self.store.is_served() {
            return Err(Error::Arbitrated { uri: self.store.uri().to_owned() });
        }
        self.store.create(path, json).await
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
