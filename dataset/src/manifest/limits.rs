//! Limits of a manifest's content, so that a manifest of a few kilobytes can't fill the memory.
//!
//! A manifest is uploaded by an untrusted client, and Parquet compresses repeated values very well: a split's name of
//! 40 MB that a thousand fragments share is a page of some hundred bytes. So the footer is checked before a page is
//! decompressed, few rows are decoded at a time where a name or a bitmap could be long, and the decoded items are
//! counted as they come.

use hub_schema::Fragment;
use parquet::file::metadata::ParquetMetaData;

use crate::error::{Error, Result};

/// Maximum length of a manifest's file in bytes: it is loaded whole.
pub const MANIFEST_BYTES: u64 = 64 * 1024 * 1024;

/// Maximum length of a split's name in bytes. It is a word (`train`) or the name of a folder.
pub const SPLIT_BYTES: usize = 256;

/// Maximum decompressed length of a manifest in bytes. With 4,096 fragments it is a megabyte or two; many deleted
/// rows, or many samples that are objects of their own, make it tens of megabytes.
const UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// Row groups, runs of row ids, files, patches and blobs in a manifest, all together. A compaction of scattered rows
/// makes a run of each, so a few million are legitimate.
const ITEMS: u64 = 1 << 25;

/// Maximum bytes of names and bitmaps of the rows that are decoded at a time.
const BATCH_BYTES: u64 = 64 * 1024 * 1024;

/// Rows that are decoded at a time, where they are short.
const BATCH_ROWS: u64 = 1024;

/// Checks the footer; gives how many rows to decode at a time.
pub fn check(path: &str, metadata: &ParquetMetaData) -> Result<usize> {
    let chunks = || metadata.row_groups().iter().flat_map(|group| group.columns());
    let size = |bytes: i64| u64::try_from(bytes).unwrap_or(u64::MAX);
    let unpacked = chunks().map(|c| size(c.uncompressed_size())).fold(0, u64::saturating_add);
    if unpacked > UNPACKED_BYTES {
        let problem =
            format!("it has {unpacked} bytes when decompressed, a manifest has at most {UNPACKED_BYTES}");
        return Err(Error::damaged(path, problem));
    }
    let items = chunks().map(|c| size(c.num_values())).max().unwrap_or(0);
    too_many(path, items)?;
    // Each row may be as long as its whole column: a dictionary stores equal values once.
    let long = chunks().filter(|c| ["split", "deleted"].contains(&c.column_path().string().as_str()));
    let longest = long.map(|c| size(c.uncompressed_size())).max().unwrap_or(0);
    Ok((BATCH_BYTES / longest.max(1)).clamp(1, BATCH_ROWS) as usize)
}

/// Counts what the fragments read so far hold; refuses too much of it.
#[derive(Debug, Default)]
pub struct Count(u64);

impl Count {
    /// Counts one more fragment, and checks the limits.
    pub fn add(&mut self, path: &str, fragment: &Fragment) -> Result<()> {
        let of_files = fragment.files.iter().map(|f| 1 + f.fields.len() + f.patches.len() + f.blobs.len());
        let items = fragment.row_groups.len() + fragment.row_ids.len() + of_files.sum::<usize>();
        self.0 += items as u64;
        too_many(path, self.0)
    }
}

fn too_many(path: &str, items: u64) -> Result<()> {
    if items <= ITEMS {
        return Ok(());
    }
    let problem = format!("it lists {items} row groups, row ids and files or more, at most {ITEMS} are read");
    Err(Error::damaged(path, problem))
}
