//! The list of manifests of a revision, and how it changes.
//!
//! Appended manifests are small; eight neighbours of about the same size become one, as in a log-structured
//! merge tree, up to [`MANIFEST_FRAGMENTS`]. So the list has few entries, an append rewrites little, and a
//! change in the middle rewrites one manifest of bounded size.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{CommitCounts, Fragment, FragmentId, ManifestRef};

use super::{decode, encode};
use crate::error::{Error, Result};
use crate::hash::hash;
use crate::layout;
use crate::store::Store;

/// The most fragments a manifest lists.
pub const MANIFEST_FRAGMENTS: usize = 4096;

/// The number of neighbours of one size class that are merged into one manifest.
const FAN_OUT: usize = 8;

/// Manifests that are read concurrently.
pub(super) const READERS: usize = 16;

/// A manifest, and the fragments that it lists.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The manifest's hash, length and counts.
    pub at: ManifestRef,
    /// The fragments it lists, in order.
    pub fragments: Arc<[Fragment]>,
}

/// The manifests of a revision that is being made.
#[derive(Clone, Debug, Default)]
pub struct ManifestList {
    /// All, in the order of the rows.
    pub all: Vec<ManifestRef>,
    /// Those of them that were just written, with what they list, so that they need not be read.
    pub written: Vec<Manifest>,
}

impl From<Vec<ManifestRef>> for ManifestList {
    fn from(all: Vec<ManifestRef>) -> Self {
        Self { all, written: Vec::new() }
    }
}

impl ManifestList {
    /// Appends another list's manifests.
    fn extend(&mut self, more: Self) {
        self.all.extend(more.all);
        self.written.extend(more.written);
    }

    /// The list that this one became; what was written for this one and is still in it was just written, too.
    pub(crate) fn became(self, mut next: Self) -> Self {
        let named: HashSet<&ManifestRef> = next.all.iter().collect();
        let kept: Vec<_> = self.written.into_iter().filter(|m| named.contains(&m.at)).collect();
        next.written.extend(kept);
        next
    }
}

/// Reads the fragments of one manifest.
pub async fn read(store: &Store, manifest: &ManifestRef) -> Result<Vec<Fragment>> {
    let path = layout::manifest(manifest.hash);
    let full = format!("{}/{path}", store.uri());
    decode(&full, manifest.hash, store.need(&path).await?)
}

/// Reads several manifests, in order.
pub async fn read_all(store: &Store, manifests: &[ManifestRef]) -> Result<Vec<Vec<Fragment>>> {
    let reads = manifests.iter().cloned().map(|m| {
        let store = store.clone();
        async move { read(&store, &m).await }
    });
    stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect().await
}

/// Reads several manifests, in order, beside those that are `known`.
pub async fn read_unknown(
    store: &Store,
    manifests: &[ManifestRef],
    known: &[Manifest],
) -> Result<Vec<Fragment>> {
    let known: HashMap<&ManifestRef, &Manifest> = known.iter().map(|m| (&m.at, m)).collect();
    let reads = manifests.iter().map(|at| {
        let (store, at) = (store.clone(), at.clone());
        let known = known.get(&at).map(|manifest| manifest.fragments.to_vec());
        async move {
            match known {
                Some(fragments) => Ok(fragments),
                None => read(&store, &at).await,
            }
        }
    });
    let lists = stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect::<Vec<_>>().await?;
    Ok(lists.into_iter().flatten().collect())
}

/// Writes fragments as manifests of at most [`MANIFEST_FRAGMENTS`].
pub async fn write(store: &Store, fragments: &[Fragment]) -> Result<ManifestList> {
    let mut list = ManifestList::default();
    for chunk in fragments.chunks(MANIFEST_FRAGMENTS) {
        let bytes = encode(chunk)?;
        let at = ManifestRef {
            hash: hash(&bytes),
            bytes: bytes.len() as u64,
            fragments: chunk.len() as u32,
            rows: chunk.iter().map(|f| u64::from(f.live_rows())).sum(),
        };
        let path = layout::manifest(at.hash);
        store.put(&path, bytes).await?;
        store.settle(&path).await?;
        list.all.push(at.clone());
        list.written.push(Manifest { at, fragments: chunk.into() });
    }
    Ok(list)
}

/// Adds fragments at the end, and merges small manifests that accumulated.
pub async fn append(store: &Store, mut list: ManifestList, fragments: &[Fragment]) -> Result<ManifestList> {
    list.extend(write(store, fragments).await?);
    while let Some(start) = pile(&list.all) {
        let merged = read_unknown(store, &list.all[start..], &list.written).await?;
        let mut next = ManifestList::from(list.all[..start].to_vec());
        next.extend(write(store, &merged).await?);
        list = list.became(next);
    }
    Ok(list)
}

/// Where at the list's end a run of [`FAN_OUT`] manifests of one size class begins.
fn pile(list: &[ManifestRef]) -> Option<usize> {
    let class = |m: &ManifestRef| m.fragments.max(1).ilog(FAN_OUT as u32);
    let start = list.len().checked_sub(FAN_OUT)?;
    let run = &list[start..];
    let fits = run.iter().map(|m| m.fragments as usize).sum::<usize>() <= MANIFEST_FRAGMENTS;
    (fits && run.iter().all(|m| class(m) == class(&run[0]))).then_some(start)
}

/// Replaces fragments by id (or, with `None`, takes them out); only manifests that hold one are rewritten.
pub async fn edit(
    store: &Store,
    manifests: &[ManifestRef],
    mut changes: HashMap<FragmentId, Option<Fragment>>,
) -> Result<ManifestList> {
    let mut list = ManifestList::default();
    for (manifest, fragments) in manifests.iter().zip(read_all(store, manifests).await?) {
        if !fragments.iter().any(|f| changes.contains_key(&f.id)) {
            list.all.push(manifest.clone());
            continue;
        }
        let kept = fragments.into_iter().filter_map(|f| changes.remove(&f.id).unwrap_or(Some(f)));
        let kept: Vec<Fragment> = kept.collect();
        if !kept.is_empty() {
            list.extend(write(store, &kept).await?);
        }
    }
    match changes.keys().next() {
        None => Ok(list),
        Some(id) => {
            Err(Error::damaged(store.uri(), format!("fragment {id} is not in any manifest of the revision")))
        }
    }
}

/// [`edit`] for changes that may leave many short manifests behind: the list is written anew where it would be
/// longer than it has to be. `edited` are all fragments after the change.
pub async fn replace(
    store: &Store,
    manifests: &[ManifestRef],
    changes: HashMap<FragmentId, Option<Fragment>>,
    edited: &[Fragment],
) -> Result<ManifestList> {
    let list = edit(store, manifests, changes).await?;
    if list.all.len() > edited.len().div_ceil(MANIFEST_FRAGMENTS) + FAN_OUT {
        return write(store, edited).await;
    }
    Ok(list)
}

/// The sums over some fragments.
pub fn count<'a>(fragments: impl IntoIterator<Item = &'a Fragment>) -> CommitCounts {
    let mut counts = CommitCounts { splits: BTreeMap::new(), ..CommitCounts::default() };
    for fragment in fragments {
        let rows = u64::from(fragment.live_rows());
        counts.rows += rows;
        counts.fragments += 1;
        counts.bytes += fragment.size_bytes();
        *counts.splits.entry(fragment.split.clone().unwrap_or_default()).or_default() += rows;
    }
    counts
}
