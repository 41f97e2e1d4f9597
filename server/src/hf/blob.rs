//! Long samples, which are files of a repository too: `blobs/<hash>/sample`.

use hub_dataset::layout;
use hub_schema::ContentHash;

use super::refusal::Refusal;
use super::repo::RepoAt;
use super::whole::Sizes;

/// The hash in `blobs/<hash>/sample`; `None` for other paths.
pub(super) fn blob_of(path: &str) -> Option<ContentHash> {
    path.strip_prefix("blobs/")?.strip_suffix("/sample")?.parse().ok()
}

/// A long sample, if any revision of the data set has it.
pub(super) async fn find_blob(at: &RepoAt, path: &str) -> Result<Option<(ContentHash, Sizes)>, Refusal> {
    let Some(hash) = blob_of(path) else { return Ok(None) };
    let there = at.repo.set.dataset.store().head(&layout::blob(hash)).await?;
    Ok(there.map(|there| {
        let etag = hash.to_string()[..40].to_owned();
        (hash, Sizes { size_bytes: there.size_bytes, etag })
    }))
}
