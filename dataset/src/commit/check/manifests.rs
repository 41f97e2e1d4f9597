//! Reads the manifests that a commit adds.

use std::collections::HashSet;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{Commit, ManifestRef};

use super::bad_commit::BadCommit;
use super::limits;
use super::proposal::Proposal;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::layout;
use crate::manifest::decode;
use crate::manifest::list::Manifest;
use crate::read::Snapshot;
use crate::store::Fetched;

/// Manifests that are read concurrently.
const READERS: usize = 16;

/// The manifests of a commit that a parent names, and those that none names.
pub(super) fn kept_and_added(commit: &Commit, parents: &[Snapshot]) -> (Vec<ManifestRef>, Vec<ManifestRef>) {
    let known: HashSet<&ManifestRef> = parents.iter().flat_map(|p| &p.commit().manifests).collect();
    commit.manifests.iter().cloned().partition(|m| known.contains(m))
}

/// The manifests of parents that a commit no longer names.
pub(super) fn dropped(commit: &Commit, parents: &[Snapshot]) -> Vec<ManifestRef> {
    let named: HashSet<&ManifestRef> = commit.manifests.iter().collect();
    let of_parents = parents.iter().flat_map(|p| &p.commit().manifests);
    of_parents.filter(|m| !named.contains(m)).cloned().collect()
}

/// Reads manifests, each of which must exist, have the length that the commit states, and match its hash.
pub(super) async fn read(
    dataset: &Dataset,
    proposal: &Proposal,
    manifests: Vec<ManifestRef>,
) -> Result<Vec<Manifest>> {
    let reads = manifests.into_iter().map(|at| read_one(dataset, proposal, at));
    stream::iter(reads.collect::<Vec<_>>()).buffered(READERS).try_collect().await
}

async fn read_one(dataset: &Dataset, proposal: &Proposal, at: ManifestRef) -> Result<Manifest> {
    let path = layout::manifest(at.hash);
    limits::manifest(&path, at.bytes).map_err(|problem| proposal.refuse(problem))?;
    let bytes = match dataset.store().get_of_length(&path, at.bytes).await? {
        Fetched::Bytes(bytes) => bytes,
        Fetched::OtherLength(found) => {
            return Err(proposal.refuse(BadCommit::Length { path, found, stated: at.bytes }));
        }
        Fetched::Missing => return Err(proposal.refuse(BadCommit::Missing { path })),
    };
    let fragments = decode(&path, at.hash, bytes).map_err(|error| proposal.unreadable(path, error))?;
    Ok(Manifest { at, fragments: fragments.into() })
}
