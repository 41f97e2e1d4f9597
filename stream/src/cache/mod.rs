//! A disk cache of byte ranges that were fetched from a location that is not a local disk, and of smaller copies of images,
//! of whatever location.
//!
//! In come a file's hash and a byte range, or the row of an image in it; out come bytes, or nothing. All state is in the directory: an
//! entry is one file, it is written under another name and renamed into place, and its time of modification is
//! when it was last used. So any number of processes share a directory without coordination: an entry that another
//! process has swept is a miss, and what another process has fetched is a hit.
//!
//! Why not a map in memory with an eviction listener (`moka`): it would bound what one process has written,
//! not what lies on the disk. Here a process that is about to exceed the limit lists the directory and deletes
//! the least recently used entries; it also lists it after each sixteenth of the limit that it writes, which is
//! how far each process can exceed the limit where others write too.
//!
//! Data files never change under their hash, so an entry is never stale. It ends with a checksum; an entry with
//! a wrong one is deleted and fetched, or made, again.
//!
//! [`IndexCache`] is a second one, in a directory of its own, for what is made of the bytes: the indexes of entry points
//! of JPEGs. An entry holds those of one row group.
//!
//! ```
//! # fn main() -> Result<(), hub_stream::cache::Error> {
//! # let directory = std::env::temp_dir().join(format!("hub-cache-example-{}", std::process::id()));
//! let cache = hub_stream::Cache::open(&directory, 10_000_000_000)?;
//! assert_eq!(cache.stats().hits, 0);
//! # let _ = std::fs::remove_dir_all(directory);
//! # Ok(()) }
//! ```

mod disk;
mod entry;
mod error;
mod group;
mod indexes;
mod sweep;
#[cfg(test)]
mod tests;

pub use disk::{Cache, Stats};
pub(crate) use entry::CopyKey;
pub use entry::Key;
pub use error::{Error, Result};
pub(crate) use group::Group;
pub(crate) use indexes::GroupKey;
pub use indexes::IndexCache;
