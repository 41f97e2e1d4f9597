//! An exact copy of one revision, in the hub's own format.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::store::Scan;
use hub_dataset::{Author, Dataset, Snapshot, Store, layout};
use hub_schema::{BranchName, ContentHash};

use crate::error::{Error, Result};
use crate::push::Progress;

/// Files that are copied at a time.
pub(super) const COPIES: usize = 4;
/// Objects up to this size are copied in one piece.
const WHOLE_BYTES: u64 = 64 * 1024 * 1024;
/// What is copied of a longer object at a time.
const PART_BYTES: u64 = 16 * 1024 * 1024;

/// The result of [`copy`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyReport {
    /// Files of the revision: data, long samples and manifests.
    pub files: usize,
    /// Bytes that were written to the destination.
    pub written_bytes: u64,
    /// Bytes of files that the destination had already.
    pub reused_bytes: u64,
    /// The revision's number of rows.
    pub rows: u64,
    /// Whether the destination got a new commit.
    pub is_new: bool,
}

/// Copies a revision to another data set, where it becomes the head of `branch`. A copy that was interrupted
/// continues where it stopped when it is called again.
///
/// # Errors
/// A file whose hash is wrong; a destination that is another data set or has later commits; a cancelled `progress`.
pub async fn copy(
    snapshot: &Snapshot,
    target: &Dataset,
    branch: &BranchName,
    author: &Author,
    progress: &Arc<Progress>,
) -> Result<CopyReport> {
    let _writing = target.begin_writing().await;
    let from = snapshot.dataset().store().clone();
    from.will_read(&Scan { at: snapshot.at().clone(), columns: None, split: None }).await?;
    let index = snapshot.index().await?;
    let mut objects: BTreeSet<(String, ContentHash, u64)> = BTreeSet::new();
    for file in index.fragments().iter().flat_map(|f| &f.files) {
        objects.insert((layout::data(file.hash), file.hash, file.bytes));
        objects.extend(file.blobs.iter().map(|(hash, len)| (layout::blob(*hash), *hash, *len)));
    }
    for manifest in &snapshot.commit().manifests {
        objects.insert((layout::manifest(manifest.hash), manifest.hash, manifest.bytes));
    }
    let files = objects.len();
    let copies = objects.into_iter().map(|object| {
        let (from, target, progress) = (from.clone(), target.clone(), Arc::clone(progress));
        async move { copy_object(&from, &target, object, &progress).await }
    });
    let copies: Vec<_> = copies.collect();
    let written: Vec<(u64, u64)> = stream::iter(copies).buffer_unordered(COPIES).try_collect().await?;
    let adopted = target.adopt(branch, author, snapshot).await?;
    Ok(CopyReport {
        files,
        written_bytes: written.iter().map(|(w, _)| w).sum(),
        reused_bytes: written.iter().map(|(_, r)| r).sum(),
        rows: snapshot.commit().counts.rows,
        is_new: matches!(adopted, hub_dataset::Committed::New(_)),
    })
}

/// Copies one object unless the destination has it; returns the bytes written and reused.
pub(super) async fn copy_object(
    from: &Store,
    target: &Dataset,
    (path, hash, size_bytes): (String, ContentHash, u64),
    progress: &Progress,
) -> Result<(u64, u64)> {
    if progress.is_cancelled() {
        return Err(Error::Cancelled);
    }
    let to = target.store();
    if target.is_reusable(&path, size_bytes).await? {
        return Ok((0, size_bytes));
    }
    if size_bytes <= WHOLE_BYTES {
        // The manifest's length, not the one that a server reports, limits what is read into memory.
        let bytes = match from.is_served() {
            true => from.range(&path, 0..size_bytes).await?,
            false => from.need(&path).await?,
        };
        check(from, &path, hash, &blake3::hash(&bytes))?;
        to.put(&path, bytes).await?;
    } else {
        copy_parts(from, to, &path, hash, size_bytes, progress).await?;
    }
    progress.took(0, size_bytes);
    Ok((size_bytes, 0))
}

async fn copy_parts(
    from: &Store,
    to: &Store,
    path: &str,
    hash: ContentHash,
    size_bytes: u64,
    progress: &Progress,
) -> Result<()> {
    let mut upload = to.upload_of(path, size_bytes).await?;
    let uri = to.uri().to_owned();
    let failed = |source| {
        Error::from(hub_dataset::Error::Store {
            uri: uri.clone(),
            path: path.to_owned(),
            action: "write it",
            source,
        })
    };
    let mut hasher = blake3::Hasher::new();
    let mut at = 0;
    while at < size_bytes {
        if progress.is_cancelled() {
            let _ = upload.abort().await;
            return Err(Error::Cancelled);
        }
        let end = (at + PART_BYTES).min(size_bytes);
        let part: Bytes = from.range(path, at..end).await?;
        hasher.update(&part);
        upload.put_part(part.into()).await.map_err(failed)?;
        at = end;
    }
    if let Err(damaged) = check(from, path, hash, &hasher.finalize()) {
        let _ = upload.abort().await;
        return Err(damaged);
    }
    upload.complete().await.map(drop).map_err(failed)
}

fn check(from: &Store, path: &str, hash: ContentHash, found: &blake3::Hash) -> Result<()> {
    if found.as_bytes() == &hash.0 {
        return Ok(());
    }
    Err(Error::Dataset(hub_dataset::Error::Damaged {
        path: format!("{}/{path}", from.uri()),
        problem: format!("its BLAKE3 is {found}"),
    }))
}
