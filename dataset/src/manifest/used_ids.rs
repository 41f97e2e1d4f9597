//! The fragment ids that no new fragment may get.
//!
//! Ids are drawn from content, so a clash is rare, but a writer must rule it out, and an append must cost what it
//! adds. A manifest never changes, so its ids are read once and kept sorted; asking all of them is a few
//! binary searches, and no set of all ids is ever built.

use std::collections::HashSet;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{ContentHash, FragmentId, ManifestRef};
use moka::future::Cache;

use super::decode_ids;
use super::list::READERS;
use crate::error::Result;
use crate::layout;
use crate::store::Store;

/// Bytes of ids that are kept.
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
    /// The ids that some manifests take.
    pub async fn used_ids(&self, store: &Store, manifests: &[ManifestRef]) -> Result<UsedIds> {
        let reads = manifests.iter().map(|m| {
            let (known, store, hash) = (self.clone(), store.clone(), m.hash);
            async move { known.of(&store, hash).await }
        });
        let lists = stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect().await?;
        Ok(UsedIds { lists, new: HashSet::new() })
    }

    async fn of(&self, store: &Store, hash: ContentHash) -> Result<Arc<[FragmentId]>> {
        if let Some(ids) = self.0.get(&hash).await {
            return Ok(ids);
        }
        let path = layout::manifest(hash);
        let mut ids = decode_ids(&format!("{}/{path}", store.uri()), hash, store.need(&path).await?)?;
        ids.sort_unstable();
        ids.dedup();
        let ids: Arc<[FragmentId]> = ids.into();
        self.0.insert(hash, Arc::clone(&ids)).await;
        Ok(ids)
    }
}

/// Ids that are taken.
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
