//! Remove: deletes a whole data set, and nothing that is not its own.
//!
//! Only files whose names the format defines are deleted. `hub.json` goes first: from then on there is no data set, a
//! writer that was under way finds that out when it commits, and a removal that was interrupted leaves files without a
//! data set, which a second removal deletes.

use futures::stream::{self, StreamExt, TryStreamExt};

use super::gc;
use crate::error::Result;
use crate::layout::{self, FileKind};
use crate::store::{Listed, Store};

/// Delete requests that run concurrently.
const DELETERS: usize = 16;

/// The files in the place of a data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The data set's own files, those that killed writers left among them.
    pub own: Vec<Listed>,
    /// Other files, sorted.
    pub foreign: Vec<Listed>,
}

impl Contents {
    /// Lists the files in the place of a data set, which may be one without `hub.json`.
    pub async fn read(store: &Store) -> Result<Self> {
        let listed: Vec<Listed> = store.list("").try_collect().await?;
        let (mut own, mut foreign): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|file| layout::file_kind(&file.path).is_some());
        own.extend(gc::temporaries(store).await?);
        foreign.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { own, foreign })
    }

    /// Whether there are files of a data set, also if its `hub.json` is missing.
    pub fn has_remains(&self) -> bool {
        self.own.iter().any(|file| {
            matches!(
                layout::file_kind(&file.path),
                Some(FileKind::History | FileKind::Hint | FileKind::Content | FileKind::Run)
            )
        })
    }

    /// The length of the data set's own files in bytes.
    pub fn own_bytes(&self) -> u64 {
        self.own.iter().map(|file| file.size_bytes).sum()
    }
}

/// Deletes a data set's files, and the folders that are empty then; returns what was deleted, and what stays.
pub async fn remove(store: &Store) -> Result<Contents> {
    let hub_file = store.head(layout::HUB_FILE).await?;
    store.delete(layout::HUB_FILE).await?;
    // Listed after that, so that a commit which still found the data set is seen.
    let mut contents = remove_files(store).await?;
    contents.own.extend(hub_file);
    Ok(contents)
}

/// Deletes a data set's files but for `hub.json`, and the folders that are empty then.
pub async fn remove_files(store: &Store) -> Result<Contents> {
    let mut contents = Contents::read(store).await?;
    contents.own.retain(|file| file.path != layout::HUB_FILE);
    let deletes: Vec<_> = contents.own.iter().map(|file| delete(store, &file.path)).collect();
    stream::iter(deletes).buffer_unordered(DELETERS).try_collect::<()>().await?;
    if let Some(root) = store.directory() {
        remove_empty_folders(root);
    }
    Ok(contents)
}

async fn delete(store: &Store, path: &str) -> Result<()> {
    match store.local_file(path) {
        // No store deletes a half-written file, which it doesn't show.
        Some(local) if path.contains('#') => {
            // Its writer may have finished it, or tidied it up.
            let _ = tokio::task::spawn_blocking(move || std::fs::remove_file(local)).await;
            Ok(())
        }
        _ => store.delete(path).await,
    }
}

/// Removes the folders of the layout, and the directory itself, as far as they are empty.
fn remove_empty_folders(root: &std::path::Path) {
    for parent in [layout::REFS, layout::VIEWS, layout::RUNS] {
        for entry in std::fs::read_dir(root.join(parent)).into_iter().flatten().flatten() {
            let _ = std::fs::remove_dir(entry.path());
        }
    }
    for folder in layout::FOLDERS {
        // Fails if it holds other files, which stay.
        let _ = std::fs::remove_dir(root.join(folder));
    }
    let _ = std::fs::remove_dir(root);
}
