//! Cuts a revision into shards: files of a sensible size, each of one split.
//!
//! Only manifests are read, so that listing the shards of a big data set opens none of its files. Appends
//! change the last shard of a split and leave the others as they are.

use std::collections::HashMap;

use hub_schema::Fragment;

use crate::error::Result;
use crate::read::Snapshot;

/// Maximum row groups per shard; some readers number them in 16 bits.
const MAX_ROW_GROUPS: usize = 20_000;

/// Maximum column chunks per shard: each is about 150 bytes of its footer.
const MAX_CHUNKS: usize = 200_000;

/// Some fragments of one split, to be read as one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The split of all its rows; `None` for rows without a split.
    pub split: Option<String>,
    /// Places of the fragments in the revision's index.
    pub fragments: Vec<usize>,
    /// Rows that are not deleted.
    pub rows: u64,
    /// The estimated length of the file in bytes.
    pub about_bytes: u64,
    row_groups: usize,
}

impl Shard {
    /// A shard without rows, for a revision that has none: its file still has the columns.
    pub fn empty(split: Option<String>) -> Self {
        Self { split, fragments: Vec::new(), rows: 0, about_bytes: 0, row_groups: 0 }
    }

    fn takes(&self, fragment: &Fragment, about_bytes: u64, target_bytes: u64, columns: usize) -> bool {
        let row_groups = self.row_groups + fragment.row_groups.len();
        self.about_bytes.saturating_add(about_bytes) <= target_bytes
            && row_groups <= MAX_ROW_GROUPS.min(MAX_CHUNKS / columns.max(1))
    }

    fn take(&mut self, place: usize, fragment: &Fragment, about_bytes: u64) {
        self.fragments.push(place);
        self.rows += u64::from(fragment.live_rows());
        self.about_bytes = self.about_bytes.saturating_add(about_bytes);
        self.row_groups += fragment.row_groups.len();
    }
}

/// The shards of a revision, each of about `target_bytes` at most (a fragment is never cut); the splits in the
/// order of their first rows.
///
/// # Errors
/// A manifest can't be read.
pub async fn shards(snapshot: &Snapshot, target_bytes: u64) -> Result<Vec<Shard>> {
    let fragments = snapshot.index().await?.fragments();
    let columns = snapshot.schema().fields.len();
    let mut splits: Vec<Vec<Shard>> = Vec::new();
    let mut known: HashMap<Option<&str>, usize> = HashMap::new();
    for (place, fragment) in fragments.iter().enumerate().filter(|(_, f)| f.live_rows() > 0) {
        let at = *known.entry(fragment.split.as_deref()).or_insert_with(|| {
            splits.push(vec![Shard::empty(fragment.split.clone())]);
            splits.len() - 1
        });
        let about_bytes = fragment.files.iter().fold(0_u64, |sum, f| sum.saturating_add(f.bytes));
        let Some(open) = splits[at].last_mut() else { continue };
        if open.fragments.is_empty() || open.takes(fragment, about_bytes, target_bytes, columns) {
            open.take(place, fragment, about_bytes);
        } else {
            let mut next = Shard::empty(fragment.split.clone());
            next.take(place, fragment, about_bytes);
            splits[at].push(next);
        }
    }
    Ok(splits.into_iter().flatten().collect())
}
