//! Whether a revision's files are still stored.
//!
//! Commits are kept for good, files are not: of a deleted branch, garbage collection deletes what no other revision
//! names. Its commits can still be named (`dev:1`), but must not come to life again as a tag, a branch or the head of a
//! merge.

use std::collections::BTreeSet;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::ManifestRef;

use super::Snapshot;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout;
use crate::manifest::list;

/// Files up to this number are looked for one by one; more are compared with a listing.
const FEW_FILES: usize = 64;
/// Requests that run concurrently.
const READERS: usize = 16;

impl Snapshot {
    /// Checks that all files of the revision are stored; their content is not read. Behind a server, the server checks
    /// that.
    ///
    /// # Errors
    /// [`Error::NotStored`] with a file that is missing or can't be read.
    pub async fn check_stored(&self) -> Result<()> {
        if self.dataset().store().is_served() {
            return Ok(());
        }
        let not_stored = |path, problem| Error::NotStored {
            revision: format!("{}:{}", self.at().branch, self.at().version),
            path,
            problem,
        };
        match missing_file(self.dataset(), &self.commit().manifests).await {
            Ok(None) => Ok(()),
            Ok(Some(path)) => Err(not_stored(path, "the file is missing".to_owned())),
            Err(Error::Damaged { path, problem }) => Err(not_stored(path, problem)),
            Err(error) => Err(error),
        }
    }
}

/// A file that these manifests need and that is missing; `None` if all are stored.
///
/// # Errors
/// A manifest is damaged, or the store fails.
pub(crate) async fn missing_file(dataset: &Dataset, manifests: &[ManifestRef]) -> Result<Option<String>> {
    let store = dataset.store();
    let paths = manifests.iter().map(|manifest| layout::manifest(manifest.hash)).collect();
    if let Some(missing) = first_missing(dataset, paths).await? {
        return Ok(Some(missing));
    }
    let fragments = list::read_all(store, manifests).await?;
    let files = fragments.iter().flatten().flat_map(|fragment| &fragment.files);
    let paths: BTreeSet<String> = files
        .flat_map(|file| {
            let blobs = file.blobs.iter().map(|(hash, _)| layout::blob(*hash));
            std::iter::once(layout::data(file.hash)).chain(blobs)
        })
        .collect();
    if paths.len() <= FEW_FILES {
        return first_missing(dataset, paths).await;
    }
    let mut missing = paths;
    for folder in [layout::DATA, layout::BLOBS] {
        if missing.iter().any(|path| path.starts_with(folder)) {
            let mut listed = store.list(folder);
            while let Some(object) = listed.try_next().await? {
                missing.remove(&object.path);
            }
        }
    }
    Ok(missing.pop_first())
}

async fn first_missing(dataset: &Dataset, paths: BTreeSet<String>) -> Result<Option<String>> {
    let heads = paths.into_iter().map(|path| {
        let store = dataset.store().clone();
        async move { Ok::<_, Error>(store.head(&path).await?.is_none().then_some(path)) }
    });
    let heads: Vec<_> = heads.collect();
    let mut heads = stream::iter(heads).buffered(READERS);
    while let Some(missing) = heads.try_next().await? {
        if missing.is_some() {
            return Ok(missing);
        }
    }
    Ok(None)
}
