//! How much a manifest may hold, so that one of a few kilobytes can't fill the memory.
//!
//! A manifest comes from whoever pushes, and Parquet is good at saying much in few bytes: a split's name of 40 MB
//! that a thousand fragments share is a page of some hundred bytes. So the footer is looked at before a page is
//! unpacked, few rows are unpacked at a time where a name or a bitmap could be long, and what comes out is counted
//! as it comes.

use hub_schema::Fragment;
use parquet::file::metadata::ParquetMetaData;

use crate::error::{Error, Result};

/// A manifest's file is no longer than this: it is loaded whole.
pub const MANIFEST_BYTES: u64 = 64 * 1024 * 1024;

/// A split's name is no longer than this. It is a word (`train`), the name of a folder at most.
pub const SPLIT_BYTES: usize = 256;

/// A manifest is no longer than this when it is unpacked. With 4,096 fragments it is a megabyte or two; many deleted
/// rows, or many samples that are objects of their own, make it tens of megabytes.
const UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// Row groups, runs of row ids, files, patches and blobs in a manifest, all together. A compaction of scattered rows
/// makes a run of each, so a few million are honest.
const ITEMS: u64 = 1 << 25;

/// So much may come of the names and bitmaps of the rows that are unpacked at a time.
const BATCH_BYTES: u64 = 64 * 1024 * 1024;

/// Rows that are unpacked at a time, where they are short.
const BATCH_ROWS: u64 = 1024;

/// Looks at the footer; gives how many rows to unpack at a time.
pub fn check(path: &str, metadata: &ParquetMetaData) -> Result<usize> {
    let chunks = || metadata.row_groups().iter().flat_map(|group| group.columns());
    let size = |bytes: i64| u64::try_from(bytes).unwrap_or(u64::MAX);
    let unpacked = chunks().map(|c| size(c.uncompressed_size())).fold(0, u64::saturating_add);
    if unpacked > UNPACKED_BYTES {
        let problem = format!("unpacked it has {unpacked} bytes, a manifest has {UNPACKED_BYTES} at most");
        return Err(Error::damaged(path, problem));
    }
    let items = chunks().map(|c| size(c.num_values())).max().unwrap_or(0);
    too_many(path, items)?;
    // Each row may hold all that its column holds: equal values lie in a page once.
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
