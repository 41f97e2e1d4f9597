//! Rows that are written but not yet committed.

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{DataFile, Fragment, FragmentId, Schema, Skipped};
use roaring::RoaringBitmap;

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout;
use crate::manifest::UsedIds;

/// Fragments whose files lie in the store, waiting for a commit.
#[derive(Clone, Debug, Default)]
pub struct PackedRows {
    /// The columns that the files were written for: those of the branch, and what the rows brought.
    pub schema: Schema,
    /// The uncommitted fragments, in the order of their rows.
    pub fragments: Vec<PackedFragment>,
    /// Samples that were skipped.
    pub skipped: Vec<Skipped>,
    /// The number of skipped samples; `skipped` may list fewer.
    pub skipped_count: u64,
}

/// Files that are checked concurrently before a commit.
const CHECKERS: usize = 16;

impl PackedRows {
    /// Checks that every file exists and is whole, and makes it durable: a sweep may have deleted it since its
    /// upload, and a commit must survive a loss of power.
    ///
    /// # Errors
    /// [`Error::Damaged`] for a file that is not; the rows must be pushed again.
    pub(super) async fn check_files(&self, dataset: &Dataset) -> Result<()> {
        let files = self.fragments.iter().flat_map(|f| f.files.iter().chain(&f.derived));
        let objects = files.flat_map(|file| {
            let blobs = file.blobs.iter().map(|(hash, length)| (layout::blob(*hash), *length));
            std::iter::once((layout::data(file.hash), file.bytes)).chain(blobs)
        });
        let checks = objects.map(|(path, size_bytes)| {
            let store = dataset.store().clone();
            async move {
                match store.head(&path).await? {
                    Some(there) if there.size_bytes == size_bytes => store.settle(&path).await,
                    _ => Err(Error::damaged(
                        format!("{}/{path}", store.uri()),
                        "it was deleted or truncated before its commit; push again",
                    )),
                }
            }
        });
        stream::iter(checks.collect::<Vec<_>>()).buffer_unordered(CHECKERS).try_collect().await
    }
}

/// A fragment without an id.
#[derive(Clone, Debug, PartialEq)]
pub struct PackedFragment {
    /// The split of all its rows.
    pub split: Option<String>,
    /// Rows of each row group.
    pub row_groups: Vec<u32>,
    /// The fragment's column groups.
    pub files: Vec<DataFile>,
    /// The files of its derived columns, on which its id doesn't depend.
    pub derived: Vec<DataFile>,
}

impl PackedFragment {
    /// The id that follows from the content: the first 40 bits of the BLAKE3 of the split's name, a zero byte, and
    /// the hashes of the files in order.
    pub fn natural_id(&self) -> FragmentId {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.split.as_deref().unwrap_or_default().as_bytes());
        hasher.update(&[0]);
        self.files.iter().for_each(|f| {
            hasher.update(&f.hash.0);
        });
        let hash = hasher.finalize();
        let first = hash.as_bytes()[..5].iter().fold(0, |id, byte| (id << 8) | u64::from(*byte));
        FragmentId::from_raw(first)
    }

    /// The fragment, with its natural id or the next that is not in `used`, which it joins.
    pub fn with_id(&self, used: &mut UsedIds) -> Fragment {
        let mut id = self.natural_id();
        while !used.insert(id) {
            id = id.next();
        }
        Fragment {
            id,
            rows: self.row_groups.iter().sum(),
            split: self.split.clone(),
            row_groups: self.row_groups.clone(),
            files: self.files.iter().chain(&self.derived).cloned().collect(),
            deleted: RoaringBitmap::new(),
            row_ids: Vec::new(),
        }
    }
}
