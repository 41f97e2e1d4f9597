//! Checks that every file that a commit adds exists and fits its manifest.

use std::collections::{HashMap, HashSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{ContentHash, DataFile, Fragment, ManifestRef, Schema};

use super::bad_commit::BadCommit;
use super::proposal::Proposal;
use super::{footer, limits};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::layout;
use crate::manifest::list;

/// Files that are opened concurrently.
const READERS: usize = 16;

/// A file that a commit adds, with its fragment's row groups.
struct Added<'a> {
    file: &'a DataFile,
    row_groups: &'a [u32],
}

/// Opens the files of `fragments`, except those that a parent's `dropped` manifests list: these were checked with the
/// parent.
pub(super) async fn check(
    dataset: &Dataset,
    proposal: &Proposal,
    fragments: impl Iterator<Item = &Fragment>,
    dropped: &[ManifestRef],
) -> Result<()> {
    let kept = kept_files(dataset, dropped).await?;
    let mut added: HashMap<ContentHash, Added<'_>> = HashMap::new();
    for fragment in fragments {
        for file in &fragment.files {
            let is_kept = kept.get(&file.hash).is_some_and(|(bytes, blobs)| {
                *bytes == file.bytes && file.blobs.iter().all(|b| blobs.contains(b))
            });
            if !is_kept {
                added.insert(file.hash, Added { file, row_groups: &fragment.row_groups });
            }
        }
    }
    let schema = &proposal.commit.schema;
    let opens: Vec<_> =
        added.into_values().map(|added| check_file(dataset, proposal, schema, added)).collect();
    stream::iter(opens).buffer_unordered(READERS).try_collect::<()>().await
}

/// What manifests list: the length of each file, and its samples that are objects of their own.
async fn kept_files(
    dataset: &Dataset,
    manifests: &[ManifestRef],
) -> Result<HashMap<ContentHash, (u64, HashSet<(ContentHash, u64)>)>> {
    let mut kept: HashMap<_, (u64, HashSet<_>)> = HashMap::new();
    for file in list::read_all(dataset.store(), manifests).await?.iter().flatten().flat_map(|f| &f.files) {
        let entry = kept.entry(file.hash).or_insert_with(|| (file.bytes, HashSet::new()));
        entry.1.extend(file.blobs.iter().copied());
    }
    Ok(kept)
}

/// Checks one file and its blobs, and makes them durable: a commit must survive a loss of power.
async fn check_file(dataset: &Dataset, proposal: &Proposal, schema: &Schema, added: Added<'_>) -> Result<()> {
    let store = dataset.store();
    let file = added.file;
    let blobs = file.blobs.iter().map(|(hash, bytes)| (layout::blob(*hash), *bytes));
    for (path, stated) in std::iter::once((layout::data(file.hash), file.bytes)).chain(blobs) {
        match store.head(&path).await? {
            Some(there) if there.size_bytes == stated => store.settle(&path).await?,
            Some(there) => {
                let found = there.size_bytes;
                return Err(proposal.refuse(BadCommit::Length { path, found, stated }));
            }
            None => return Err(proposal.refuse(BadCommit::Missing { path })),
        }
    }
    let path = layout::data(file.hash);
    let open = match dataset.file(file).await {
        Ok(open) => open,
        Err(error) => return Err(proposal.unreadable(path, error)),
    };
    let derived = schema.derived_fields();
    let fits = footer::check(&open, file, added.row_groups, schema.fields.iter().chain(&derived));
    let fits = fits.and_then(|()| limits::unpacked(&open, file, schema));
    fits.map_err(|problem| proposal.refuse(BadCommit::File { path, problem }))
}
