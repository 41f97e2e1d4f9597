//! The fragment ids that no new fragment may get.
//!
//! Ids are drawn from content, so a clash is rare, but a writer must rule it out, and an append must cost what it
//! adds. A manifest never changes, so its ids are read once and kept sorted; a lookup in all of them is
//! a few binary searches, and a set of all ids is never built.

use std::collections::HashSet;
use std::iter;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{ContentHash, FragmentId, ManifestRef};
use moka::future::Cache;

use super::decode_ids;
use super::list::{Manifest, READERS};
use crate::error::Result;
use crate::layout;
use crate::store::Store;

/// Capacity of the cache of ids, in bytes.
const KEPT_BYTES: u64 = 64 * 1024 * 1024;

/// Ids by manifest: those of its fragments, and of the fragments that their rows were born in.
#[derive(Clone, Debug)]
pub struct KnownIds(Cache<ContentHash, Arc<[FragmentId]>>);

impl Default for KnownIds {
    fn default() -> Self {
        let weight = |_: &ContentHash, ids: &Arc<[FragmentId]>| (64 + ids.len() * 8) as u32;
        Self(Cache::builder().max_capacity(KEPT_BYTES).weigher(weight).build())
    }
}

impl KnownIds {
    /// Takes note of what a manifest lists, which was just written or read.
    pub async fn insert(&self, manifest: &Manifest) {
        let fragments = manifest.fragments.iter();
        let ids =
            fragments.flat_map(|f| iter::once(f.id).chain(f.row_ids.iter().map(|run| run.first.fragment())));
        self.0.insert(manifest.at.hash, sorted(ids.collect())).await;
    }

    /// The ids that some manifests take, as far as they are known without reading.
    pub async fn in_memory(&self, manifests: impl Iterator<Item = &ManifestRef>) -> UsedIds {
        let mut used = UsedIds::default();
        for manifest in manifests {
            used.lists.extend(self.0.get(&manifest.hash).await);
        }
        used
    }

    /// The ids that some manifests take.
    pub async fn used_ids(&self, store: &Store, manifests: &[ManifestRef]) -> Result<UsedIds> {
        let reads = manifests.iter().map(|m| {
            let (known, store, hash) = (self.clone(), store.clone(), m.hash);
            async move { known.ids_of(&store, hash).await }
        });
        let lists = stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect().await?;
        Ok(UsedIds { lists, new: HashSet::new() })
    }

    async fn ids_of(&self, store: &Store, hash: ContentHash) -> Result<Arc<[FragmentId]>> {
        if let Some(ids) = self.0.get(&hash).await {
            return Ok(ids);
        }
        let path = layout::manifest(hash);
        let ids = sorted(decode_ids(&format!("{}/{path}", store.uri()), hash, store.need(&path).await?)?);
        self.0.insert(hash, Arc::clone(&ids)).await;
        Ok(ids)
    }
}

fn sorted(mut ids: Vec<FragmentId>) -> Arc<[FragmentId]> {
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

/// Fragment ids that are taken.
#[derive(Debug, Default)]
pub struct UsedIds {
    lists: Vec<Arc<[FragmentId]>>,
    new: HashSet<FragmentId>,
}

impl UsedIds {
    /// Takes an id; false if it was taken.
    pub fn insert(&mut self, id: FragmentId) -> bool {
        self.lists.iter().all(|ids| ids.binary_search(&id).is_err()) && self.new.insert(id)
    }
}
