//! The list of manifests of a revision, and how it changes.
//!
//! Appended manifests are small; eight neighbours of about the same size become one, as in a log-structured
//! merge tree, up to [`MANIFEST_FRAGMENTS`]. So the list has few entries, an append rewrites little, and a
//! change in the middle rewrites one manifest of bounded size.

use std::collections::{BTreeMap, HashMap};

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{CommitCounts, Fragment, FragmentId, ManifestRef};

use super::{decode, encode};
use crate::error::{Error, Result};
use crate::layout;
use crate::refs;
use crate::store::Store;

/// The most fragments a manifest lists.
pub const MANIFEST_FRAGMENTS: usize = 4096;

/// So many neighbours of one size class become one manifest.
const FAN_OUT: usize = 8;

/// Manifests that are read at a time.
pub(super) const READERS: usize = 16;

/// Reads one manifest.
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

/// Writes fragments as manifests of at most [`MANIFEST_FRAGMENTS`].
pub async fn write(store: &Store, fragments: &[Fragment]) -> Result<Vec<ManifestRef>> {
    let mut manifests = Vec::new();
    for chunk in fragments.chunks(MANIFEST_FRAGMENTS) {
        let bytes = encode(chunk)?;
        let hash = refs::hash(&bytes);
        manifests.push(ManifestRef {
            hash,
            bytes: bytes.len() as u64,
            fragments: chunk.len() as u32,
            rows: chunk.iter().map(|f| u64::from(f.live_rows())).sum(),
        });
        store.put(&layout::manifest(hash), bytes).await?;
        store.settle(&layout::manifest(hash)).await?;
    }
    Ok(manifests)
}

/// Adds fragments at the end, and merges small manifests that piled up.
pub async fn append(
    store: &Store,
    manifests: &[ManifestRef],
    fragments: &[Fragment],
) -> Result<Vec<ManifestRef>> {
    let mut list = manifests.to_vec();
    list.extend(write(store, fragments).await?);
    while let Some(start) = pile(&list) {
        let merged: Vec<Fragment> = read_all(store, &list[start..]).await?.into_iter().flatten().collect();
        list.truncate(start);
        list.extend(write(store, &merged).await?);
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
) -> Result<Vec<ManifestRef>> {
    let mut list = Vec::with_capacity(manifests.len());
    for (manifest, fragments) in manifests.iter().zip(read_all(store, manifests).await?) {
        if !fragments.iter().any(|f| changes.contains_key(&f.id)) {
            list.push(manifest.clone());
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
        Some(id) => Err(Error::damaged(store.uri(), format!("fragment {id} is in no manifest"))),
    }
}

/// [`edit`] for changes that may leave many short manifests behind: the list is written anew where it would be
/// longer than it has to be. `edited` are all fragments after the change.
pub async fn replace(
    store: &Store,
    manifests: &[ManifestRef],
    changes: HashMap<FragmentId, Option<Fragment>>,
    edited: &[Fragment],
) -> Result<Vec<ManifestRef>> {
    let list = edit(store, manifests, changes).await?;
    if list.len() > edited.len().div_ceil(MANIFEST_FRAGMENTS) + FAN_OUT {
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
